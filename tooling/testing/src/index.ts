export { freePort } from '@todo/embedded-postgres'
export { childEnv } from './env.ts'
export { type ScratchDatabase, createScratchDatabase } from './scratch-database.ts'
export { makeStandby } from './standby.ts'
export { type TestServer, startTestServer } from './test-server.ts'
export { withClient, withDatabase } from './with-client.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Postgres of this run, from the global set-up. */
    testServerUrl: string
  }
}
