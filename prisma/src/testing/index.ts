export { freePort } from '../embedded/settings.ts'
export { DISTRIBUTED, tablesWithoutOwner } from './distribution.ts'
export { lintMigration } from './lint-migration.ts'
export { makeStandby } from './standby.ts'
export { type TestDatabase, createTestDatabase } from './test-database.ts'
export { type TestServer, startTestServer } from './test-server.ts'
export { createThrowAway } from './throw-away.ts'
export { withClient, withDatabase } from './with-client.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Postgres of this run, from the global set-up. */
    testServerUrl: string
  }
}
