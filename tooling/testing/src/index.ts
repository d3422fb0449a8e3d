export { freePort } from '@todo/embedded-postgres'
export { childEnv } from './env.ts'
export { type ScratchDatabase, createScratchDatabase } from './scratch-database.ts'
export { makeStandby } from './standby.ts'
export { type TestServer, startTestServer } from './test-server.ts'
export { withClient, withDatabase } from './with-client.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the Postgres server for this run, from the global setup. */
    testServerUrl: string
  }
}
