/** A Postgres server for tests: the URL of any database on it, as a user who may create databases. */
export const TEST_DATABASE_URL = process.env['TEST_DATABASE_URL'] || undefined
