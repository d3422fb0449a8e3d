export { withPostgres as default } from './src/testing/vitest-config.ts'
