import { withPostgres } from './src/testing/vitest-config.ts'

export default { test: { ...withPostgres.test, include: ['src/**/*.test.ts', 'engine/**/*.test.ts'] } }
