import { jsonOf } from '../tables/sql.ts'
import { TODOS } from '../tables/todos.ts'

/** Arguments of every statement that logs a change: owner, actor, call and time. */
export type LogArgs = {
  ownerId: string
  actorKind: string
  actorId: string | null
  /** The same for all changes of one call. */
  groupId: string
  now: string
}

export const LOG_TYPES = {
  ownerId: 'uuid',
  actorKind: 'text',
  actorId: 'uuid',
  groupId: 'uuid',
  now: 'timestamptz',
} as const satisfies Record<keyof LogArgs, string>

export const CHANGE_COLUMNS =
  'owner_id, seq, group_id, list_id, entity, entity_id, op, version, actor_kind, actor_id, at, before, after'

type Placeholders = Record<keyof LogArgs, string>

/** Locks the owner's row of `change_heads`, so that the owner's writers queue, and reads the last sequence number. */
export const lockHead = ({ ownerId }: Pick<Placeholders, 'ownerId'>) => `
  head AS MATERIALIZED (
    SELECT seq FROM change_heads WHERE owner_id = ${ownerId} FOR UPDATE
  )`

type Change = {
  op: 'create' | 'update' | 'delete'
  /** Name of the CTE that wrote the todos and returns all their columns. */
  rows: string
  /** SQL expressions for the changed members before and after; they may use `n` and the tables of `join`. */
  before: string
  after: string
  join?: string
}

/**
 * Takes a sequence number for each todo that `rows` wrote, and logs the changes. The CTE `numbered` holds the todos as
 * JSON. They are not built in RETURNING, because Citus allows only immutable functions there.
 */
export function logTodos(
  { ownerId, actorKind, actorId, groupId, now }: Placeholders,
  { op, rows, before, after, join = '' }: Change,
): string {
  return `
  numbered AS (
    SELECT t.id, t.list_id, t.version, row_number() OVER (ORDER BY t.id) AS number, ${jsonOf(TODOS, 't')} AS todo
    FROM ${rows} t
  ), bumped AS (
    UPDATE change_heads h SET seq = h.seq + c.count
    FROM (SELECT count(*) FROM numbered) c
    WHERE h.owner_id = ${ownerId} AND c.count > 0
    RETURNING h.seq - c.count AS base
  ), logged AS (
    INSERT INTO changes (${CHANGE_COLUMNS})
    SELECT ${ownerId}, bumped.base + n.number, ${groupId}, n.list_id, 'todo', n.id, '${op}', n.version${op === 'delete' ? ' + 1' : ''},
      ${actorKind}, ${actorId}, ${now}, ${before}, ${after}
    FROM bumped CROSS JOIN numbered n ${join}
  )`
}
