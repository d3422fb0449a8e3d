import { withPostgres } from './src/testing/vitest-config.ts'

export default {
  test: { ...withPostgres.test, maxWorkers: 2, include: ['src/**/*.test.ts', 'engine/**/*.test.ts'] },
}
