/** An empty database on the coordinator of a Citus cluster, for the API's tests. */
export const CITUS_URL = process.env['CITUS_URL'] || undefined

/** Another PgBouncer than the one on the path. */
export const PGBOUNCER_BIN = process.env['PGBOUNCER_BIN'] || 'pgbouncer'
