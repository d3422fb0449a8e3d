/** Who writes, to whose rows, in which call and when: every statement that logs a change takes these. */
export type LogArgs = {
  ownerId: string
  actorKind: string
  actorId: string | null
  /** Ties together the changes of one call. */
  groupId: string
  now: Date
}

export const LOG_TYPES = {
  ownerId: 'uuid',
  actorKind: 'text',
  actorId: 'uuid',
  groupId: 'uuid',
  now: 'timestamptz',
} as const satisfies Record<keyof LogArgs, string>

type Placeholders = Record<keyof LogArgs, string>

/** Locks the owner's row of `change_heads`, so that the owner's writers queue, and reads the last sequence number. */
export const lockHead = ({ ownerId }: Pick<Placeholders, 'ownerId'>) => `
  head AS MATERIALIZED (
    SELECT seq FROM change_heads WHERE owner_id = ${ownerId} FOR UPDATE
  )`

type Change = {
  op: 'create' | 'update' | 'delete'
  /** A table expression: one row `n` with `id`, `list_id` and `version` per change. */
  rows: string
  /** Expressions for the changed members before and after, over `n` and what `join` adds. */
  before: string
  after: string
  join?: string
}

/** Takes a sequence number for each of `rows` and logs the changes of the todos. */
export function logTodos(
  { ownerId, actorKind, actorId, groupId, now }: Placeholders,
  { op, rows, before, after, join = '' }: Change,
): string {
  return `
  numbered AS (
    SELECT r.*, row_number() OVER (ORDER BY r.id) AS number FROM ${rows} r
  ), bumped AS (
    UPDATE change_heads h SET seq = h.seq + c.count
    FROM (SELECT count(*) FROM numbered) c
    WHERE h.owner_id = ${ownerId} AND c.count > 0
    RETURNING h.seq - c.count AS base
  ), logged AS (
    INSERT INTO changes (
      owner_id, seq, group_id, list_id, entity, entity_id, op, version, actor_kind, actor_id, at, before, after
    )
    SELECT ${ownerId}, bumped.base + n.number, ${groupId}, n.list_id, 'todo', n.id, '${op}', n.version,
      ${actorKind}, ${actorId}, ${now}, ${before}, ${after}
    FROM bumped CROSS JOIN numbered n ${join}
  )`
}
