// Statements by hand: https://node-postgres.com/features/queries#prepared-statements and, for a row and its log entry in one
// statement, https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING. Pages by keyset, as in ours.

/** A row of the database. Times are text as Postgres formats them, which saves a Date for each. */
export type TodoRow = {
  id: string
  listId: string
  parentId: string | null
  title: string
  description: string
  labelIds: string[]
  priority: number
  startDate: string | null
  startAt: string | null
  startZone: string | null
  dueDate: string | null
  dueAt: string | null
  dueZone: string | null
  position: number
  completedAt: string | null
  deletedAt: string | null
  createdAt: string
  updatedAt: string
  version: number
}

const COLUMNS = `t.id, t.list_id AS "listId", t.parent_id AS "parentId", t.title, t.description, t.label_ids AS "labelIds", t.priority,
  t.start_date::text AS "startDate", t.start_at::text AS "startAt", t.start_zone AS "startZone",
  t.due_date::text AS "dueDate", t.due_at::text AS "dueAt", t.due_zone AS "dueZone", t.position,
  t.completed_at::text AS "completedAt", t.deleted_at::text AS "deletedAt", t.created_at::text AS "createdAt",
  t.updated_at::text AS "updatedAt", t.version`

export function toTodo(row: TodoRow) {
  return {
    id: row.id,
    listId: row.listId,
    parentId: row.parentId,
    title: row.title,
    description: row.description,
    labelIds: row.labelIds,
    priority: row.priority,
    start: time(row.startDate, row.startAt, row.startZone),
    due: time(row.dueDate, row.dueAt, row.dueZone),
    position: row.position,
    completedAt: instant(row.completedAt),
    deletedAt: instant(row.deletedAt),
    createdAt: instant(row.createdAt),
    updatedAt: instant(row.updatedAt),
    version: row.version,
  }
}

/** '2026-01-01 00:00:01.5+00' → '2026-01-01T00:00:01.500Z' */
function instant(text: string | null): string | null {
  if (text === null) return null
  const fraction = text.length > 22 ? text.slice(20, -3).padEnd(3, '0') : '000'
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}

function time(date: string | null, at: string | null, timeZone: string | null) {
  if (date !== null) return { date }
  return at === null ? null : { at: instant(at), timeZone }
}

export const GET = { name: 'get', text: `SELECT ${COLUMNS} FROM todos t WHERE t.owner_id = $1 AND t.id = $2` }

const BY_POSITION = { column: 'position', type: 'double precision', field: 'position' } as const

const SORTS: Record<
  string,
  { column: string; type: string; field: 'position' | 'priority' | 'createdAt' | 'updatedAt' }
> = {
  position: BY_POSITION,
  priority: { column: 'priority', type: 'smallint', field: 'priority' },
  created: { column: 'created_at', type: 'timestamptz', field: 'createdAt' },
  updated: { column: 'updated_at', type: 'timestamptz', field: 'updatedAt' },
}

/** The statement of a page, and its parameters after the owner's id. */
export function listStatement(query: Record<string, string>) {
  const { listId, completed, priority, text, cursor } = query
  const limit = Math.min(Number(query['limit'] ?? 50), 100)
  const { column, type, field } = SORTS[query['sort'] ?? 'position'] ?? BY_POSITION
  const descending = query['order'] === 'desc'
  const values: unknown[] = []
  const add = (value: unknown) => `$${values.push(value) + 1}`
  const where = ['t.owner_id = $1', 't.deleted_at IS NULL']
  if (listId !== undefined) where.push(`t.list_id = ${add(listId)}`)
  if (completed !== undefined) where.push(`t.completed_at IS ${completed === 'true' ? 'NOT ' : ''}NULL`)
  if (priority !== undefined) where.push(`t.priority = ${add(priority)}`)
  if (text !== undefined) {
    const words = (text.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `'${word}':*`)
    where.push(
      `to_tsvector('todo_text', t.title || ' ' || t.description) @@ to_tsquery('todo_text', ${add(words.join(' & '))})`,
    )
  }
  if (cursor !== undefined) {
    const [key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string]
    where.push(`(t.${column}, t.id) ${descending ? '<' : '>'} (${add(key)}::${type}, ${add(id)}::uuid)`)
  }
  const direction = descending ? 'DESC' : 'ASC'
  const sql = `SELECT ${COLUMNS} FROM todos t WHERE ${where.join(' AND ')}
    ORDER BY t.${column} ${direction}, t.id ${direction} LIMIT ${limit + 1}`
  return {
    statement: { name: nameOf(sql), text: sql },
    values,
    limit,
    cursorOf: (row: TodoRow | undefined) =>
      Buffer.from(JSON.stringify([row?.[field], row?.id])).toString('base64url'),
  }
}

const names = new Map<string, string>()

function nameOf(sql: string): string {
  const name = names.get(sql) ?? `list${names.size}`
  names.set(sql, name)
  return name
}

// The same writes as ours: the owner's head of changes, the row, and its values before and after.

/** A row as the log of changes keeps it. */
const jsonOf = (row: string) => `jsonb_build_object(
  'id', (${row}).id, 'listId', (${row}).list_id, 'parentId', (${row}).parent_id, 'title', (${row}).title,
  'description', (${row}).description, 'labelIds', (${row}).label_ids, 'priority', (${row}).priority,
  'start', time_json((${row}).start_date, (${row}).start_at, (${row}).start_zone),
  'due', time_json((${row}).due_date, (${row}).due_at, (${row}).due_zone),
  'position', (${row}).position, 'completedAt', instant_json((${row}).completed_at),
  'deletedAt', instant_json((${row}).deleted_at), 'createdAt', instant_json((${row}).created_at),
  'updatedAt', instant_json((${row}).updated_at), 'version', (${row}).version)`

export const CREATE = {
  name: 'create',
  text: `WITH head AS (
      UPDATE change_heads SET seq = seq + 1 WHERE owner_id = $1 RETURNING seq
    ), list AS (
      SELECT id FROM lists
      WHERE owner_id = $1 AND deleted_at IS NULL AND CASE WHEN $3::uuid IS NULL THEN is_inbox ELSE id = $3 END
    ), added AS (
      INSERT INTO todos AS t (owner_id, id, list_id, title, description, priority, due_date, position, created_at, updated_at)
      SELECT $1, $2, list.id, $4, $5, $6, $7, head.seq, now(), now() FROM head, list
      RETURNING t AS todo
    ), logged AS (
      INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, after)
      SELECT $1, head.seq, (todo).list_id, 'todo', $2, 'create', 1, $1, now(), ${jsonOf('todo')} FROM head, added
    )
    SELECT ${COLUMNS} FROM (SELECT (todo).* FROM added) t`,
}

const logged = (set: string, condition: string) => `WITH head AS (
    SELECT seq FROM change_heads WHERE owner_id = $1 FOR UPDATE
  ), old AS (
    SELECT t AS todo FROM head, todos t WHERE t.owner_id = $1 AND t.id = $2 AND t.deleted_at IS NULL FOR UPDATE OF t
  ), changed AS (
    UPDATE todos t SET ${set}, version = t.version + 1, updated_at = now()
    FROM old WHERE t.owner_id = $1 AND t.id = $2 AND ${condition}
    RETURNING t AS todo, ${jsonOf('old.todo')} AS before, ${jsonOf('t')} AS after
  ), bumped AS (
    UPDATE change_heads h SET seq = h.seq + 1 FROM changed WHERE h.owner_id = $1 RETURNING h.seq
  ), logged AS (
    INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, before, after)
    SELECT $1, bumped.seq, (todo).list_id, 'todo', $2, 'update', (todo).version, $1, now(),
      json_diff(before, after), json_diff(after, before)
    FROM bumped, changed
  )
  SELECT ${COLUMNS}
  FROM (SELECT (todo).* FROM changed UNION ALL SELECT (todo).* FROM old WHERE NOT EXISTS (SELECT FROM changed)) t`

export const CHANGE = {
  name: 'change',
  text: logged(
    `title = COALESCE($3, t.title), description = COALESCE($4, t.description), priority = COALESCE($5, t.priority),
      due_date = CASE WHEN $6 THEN $7::date ELSE t.due_date END`,
    'true',
  ),
}

export const COMPLETE = { name: 'complete', text: logged('completed_at = now()', 't.completed_at IS NULL') }
