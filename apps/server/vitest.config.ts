import { withPostgres } from '@todo/testing/vitest-config'

// The tests mostly wait: for passwords, processes and time-outs.
export default { ...withPostgres, test: { ...withPostgres.test, maxWorkers: 3 } }
