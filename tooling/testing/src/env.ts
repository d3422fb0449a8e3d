/** A Postgres server for tests: the URL of any database on it, as a user who may create databases. */
export const TEST_DATABASE_URL = process.env['TEST_DATABASE_URL'] || undefined

/** The environment of a child process, with `more` in it. */
export const childEnv = (more: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...more })
