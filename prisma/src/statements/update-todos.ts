import type { Prisma } from '../../generated/client.ts'
import type { ColumnValues } from '../tables/rows.ts'
import { changeableColumns, jsonOf } from '../tables/sql.ts'
import { TODOS } from '../tables/todos.ts'
import { LOG_TYPES, type LogArgs, lockHead, logTodos } from './log.ts'
import { defineStatement } from './statement.ts'

type Args = LogArgs & {
  ids: string[]
  /** The new value of each column to change. */
  values: ColumnValues
  /** Change only todos with this version. */
  ifVersion?: number | undefined
  /** Change only open todos (true) or completed ones (false). */
  isOpen?: boolean | undefined
  /** Find only todos that are in the trash (true) or are not (false). */
  isDeleted?: boolean | undefined
  removeLabelId?: string | undefined
}

const ASSIGNMENTS = changeableColumns(TODOS)
  .filter((column) => column !== 'label_ids')
  .map((column) => `${column} = r.${column}`)
  .join(', ')

/**
 * Changes todos and logs each change. Todos whose values would not change are not written. Returns the new state of each
 * todo found; `matched` is true if it had the version `ifVersion`.
 */
export const updateTodos = defineStatement<Args, { todo: Prisma.JsonValue; matched: boolean | null }>(
  {
    ...LOG_TYPES,
    ids: 'uuid[]',
    values: 'jsonb',
    ifVersion: 'int',
    isOpen: 'boolean',
    isDeleted: 'boolean',
    removeLabelId: 'uuid',
  },
  // ROW(t.*)::todos instead of t, which has the row type of the shard on Citus.
  ($) => `
  WITH ${lockHead($)}, old AS MATERIALIZED (
    SELECT ROW(t.*)::todos AS was, t.id, t.version, t.completed_at, t.label_ids, ${jsonOf(TODOS, 't')} AS todo
    FROM head CROSS JOIN todos t
    WHERE t.owner_id = ${$.ownerId} AND t.id = ANY(${$.ids})
      AND (${$.isDeleted} IS NULL OR (t.deleted_at IS NOT NULL) = ${$.isDeleted})
    FOR UPDATE OF t
  ), changed AS (
    UPDATE todos t SET
      ${ASSIGNMENTS}, label_ids = array_remove(r.label_ids, ${$.removeLabelId}),
      version = t.version + 1, updated_at = ${$.now}
    FROM old CROSS JOIN LATERAL jsonb_populate_record(old.was, ${$.values}) r
    WHERE t.owner_id = ${$.ownerId} AND t.id = old.id
      AND (${$.ifVersion} IS NULL OR old.version = ${$.ifVersion})
      AND (${$.isOpen} IS NULL OR (old.completed_at IS NULL) = ${$.isOpen})
      AND (r IS DISTINCT FROM old.was OR ${$.removeLabelId} = ANY(old.label_ids))
    RETURNING t.*
  ), ${logTodos($, {
    op: 'update',
    rows: 'changed',
    join: 'JOIN old ON old.id = n.id',
    before: 'json_diff(old.todo, n.todo)',
    after: 'json_diff(n.todo, old.todo)',
  })}
  SELECT COALESCE(n.todo, old.todo) AS todo, (${$.ifVersion} IS NULL OR old.version = ${$.ifVersion}) AS matched
  FROM old LEFT JOIN numbered n ON n.id = old.id`,
)
