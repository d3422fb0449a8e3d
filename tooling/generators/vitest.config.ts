export { withPostgres as default } from '@todo/testing/vitest-config'
