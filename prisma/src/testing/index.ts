export { DISTRIBUTED, tablesWithoutOwner } from './distribution.ts'
export { lintMigration } from './lint-migration.ts'
export { createMigratedDatabase } from './migrated-database.ts'
export { type TestDatabase, createTestDatabase } from './test-database.ts'
