import { LOG_TYPES, type LogArgs, lockHead, logTodos } from './log.ts'
import { defineStatement } from './statement.ts'

/** Deletes todos permanently and logs the last state of each. Returns a row per deleted todo. */
export const deleteTodos = defineStatement<LogArgs & { ids: string[] }, { id: string }>(
  { ...LOG_TYPES, ids: 'uuid[]' },
  ($) => `
  WITH ${lockHead($)}, deleted AS (
    DELETE FROM todos t USING head
    WHERE t.owner_id = ${$.ownerId} AND t.id = ANY(${$.ids})
    RETURNING t.*
  ), ${logTodos($, { op: 'delete', rows: 'deleted', before: 'n.todo', after: 'NULL::jsonb' })}
  SELECT id FROM deleted`,
)
