export { DISTRIBUTED, tablesWithoutOwner } from './distribution.ts'
export { lintMigration } from './lint-migration.ts'
export { type TestDatabase, createTestDatabase } from './test-database.ts'
export { createThrowAway } from './throw-away.ts'
