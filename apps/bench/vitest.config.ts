export { withPostgres as default } from '@todo/db/testing/vitest-config'
