import { withPostgres } from '@todo/testing/vitest-config'

export default { test: { ...withPostgres.test, maxWorkers: 2 } }
