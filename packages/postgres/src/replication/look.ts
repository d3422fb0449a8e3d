import { type Position, parseLsn } from './position.ts'

/** Asks a server something without parameters. */
export type Ask = (text: string) => Promise<{ timeline: number; lsn: string }[]>

// A commit can be seen once it is flushed; without synchronous_commit, once it is inserted. To name what is inserted
// and not flushed would let replicas wait for what nobody has seen.
const PRIMARY = `
  SELECT ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int AS timeline, lsn::text AS lsn
  FROM (SELECT CASE current_setting('synchronous_commit')
    WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END) AS here(lsn)`

// A standby tells an ordinary user nothing of its timeline; so the primary's is in a row, which is replayed as all else.
const REPLICA = `
  SELECT timeline, pg_last_wal_replay_lsn()::text AS lsn FROM wal_timeline WHERE pg_is_in_recovery()`

/** Up to where the primary's data can be seen. @throws when it is no primary */
export const lookAtPrimary = (ask: Ask): Promise<Position> => look(ask, PRIMARY)

/** Up to where a replica has replayed. @throws when it is no replica, or no longer */
export const lookAtReplica = (ask: Ask): Promise<Position> => look(ask, REPLICA)

async function look(ask: Ask, text: string): Promise<Position> {
  const [row] = await ask(text)
  if (!row) throw new Error('the server is not a replica')
  return { timeline: row.timeline, lsn: parseLsn(row.lsn) }
}
