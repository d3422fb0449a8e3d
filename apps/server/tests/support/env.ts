/** An empty database on the coordinator of a Citus cluster, for the API's tests. */
export const CITUS_URL = process.env['CITUS_URL'] || undefined

/** The PgBouncer to use; default: the one on the PATH. */
export const PGBOUNCER_BIN = process.env['PGBOUNCER_BIN'] || 'pgbouncer'
