/** URL of any database on the Postgres server for tests. Its user must be allowed to create databases. */
export const TEST_DATABASE_URL = process.env['TEST_DATABASE_URL'] || undefined

/** This process' environment with `more` added, for a child process. */
export const childEnv = (more: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...more })
