export { startCluster } from '../embedded/start.ts'
export { type TestDatabase, createTestDatabase } from './test-database.ts'
export { type TestServer, startTestServer } from './test-server.ts'
