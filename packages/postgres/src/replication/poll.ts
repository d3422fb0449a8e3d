import { type Position, parseLsn } from './position.ts'

/** Runs a query without parameters. */
export type RunQuery = (text: string) => Promise<{ timeline: number; lsn: string }[]>

// A commit becomes visible once it is flushed or, without synchronous_commit, once it is inserted. The insert position
// would otherwise be too new: replicas would wait for data that no client has seen.
const PRIMARY = `
  SELECT ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int AS timeline, lsn::text AS lsn
  FROM (SELECT CASE current_setting('synchronous_commit')
    WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END) AS here(lsn)`

// A standby does not show its timeline to ordinary users, so the primary writes its own into a table, which is replicated.
const REPLICA = `
  SELECT timeline, pg_last_wal_replay_lsn()::text AS lsn FROM wal_timeline WHERE pg_is_in_recovery()`

/** The newest position that is visible on the primary. @throws if the server is not a primary */
export const pollPrimary = (runQuery: RunQuery): Promise<Position> => poll(runQuery, PRIMARY)

/** The position that a replica has replayed. @throws if the server is not a replica */
export const pollReplica = (runQuery: RunQuery): Promise<Position> => poll(runQuery, REPLICA)

async function poll(runQuery: RunQuery, text: string): Promise<Position> {
  const [row] = await runQuery(text)
  if (!row) throw new Error('The server is not a replica.')
  return { timeline: row.timeline, lsn: parseLsn(row.lsn) }
}
