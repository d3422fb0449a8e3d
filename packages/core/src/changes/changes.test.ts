import { expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { changeProfile } from '../accounts/profile.ts'
import type { OwnerContext } from '../context.ts'
import { encodeCursor } from '../cursor.ts'
import { changeLabel, deleteLabel, listLabels } from '../labels/labels.ts'
import { changeList, listLists } from '../lists/lists.ts'
import { moveList } from '../lists/move-list.ts'
import { deleteList, purgeList, restoreList } from '../trash/trash-list.ts'
import { at, openContext } from '../testing/context.ts'
import {
  allChanges,
  allTodos,
  as,
  changesOf,
  makeLabel,
  makeList,
  makeTodo,
  makeUser,
} from '../testing/factories.ts'
import { bulkTodos } from '../todos/bulk-todos.ts'
import { changeTodo, completeTodo, reopenTodo } from '../todos/change-todo.ts'
import { moveTodo } from '../todos/move-todo.ts'
import { BulkTodos, type Todo } from '../todos/schemas.ts'
import { deleteTodo, purgeTodo, restoreTodo } from '../trash/trash-todo.ts'
import { listChanges } from './list-changes.ts'
import type { Change } from './schemas.ts'

const ctx = await openContext()
const newUser = async () => as(await makeUser(ctx))

/** A summary of each change: id, operation, version, and the names of the fields that changed. */
const summary = (changes: Change[]) =>
  changes.map(({ entityId, op, version, after }) => [
    entityId,
    op,
    version,
    Object.keys(after ?? {}).toSorted(),
  ])

test('signing up logs the account and its Inbox', async () => {
  const user = await newUser()
  const changes = await allChanges(user)
  expect(changes).toMatchObject([
    { entity: 'account', op: 'create', entityId: user.ownerId, before: null },
    { entity: 'list', op: 'create', before: null, after: { name: 'Inbox', isInbox: true } },
  ])
  expect(JSON.stringify(changes)).not.toContain('argon2')
})

test('each verb of a todo logs one change with the values before and after', async () => {
  const user = await newUser()
  const target = await makeList(user)
  const id = uuidv7()
  const logged = (work: () => Promise<unknown>) => changesOf(user, work)

  const [created] = await logged(() => makeTodo(user, { id, title: 'A' }))
  expect(created).toMatchObject({
    entity: 'todo',
    entityId: id,
    op: 'create',
    version: 1,
    groupId: user.groupId,
    actor: { kind: 'user', id: user.ownerId },
    before: null,
    after: { id, title: 'A', priority: 0, due: null },
  })
  const [changed] = await logged(() => changeTodo(user, { id, title: 'B', due: { date: '2026-01-01' } }))
  expect(changed).toMatchObject({
    op: 'update',
    version: 2,
    before: { title: 'A', due: null },
    after: { title: 'B', due: { date: '2026-01-01' } },
  })
  expect(summary(await logged(() => completeTodo(user, { id })))).toEqual([
    [id, 'update', 3, ['completedAt']],
  ])
  expect(summary(await logged(() => completeTodo(user, { id })))).toEqual([])
  expect(summary(await logged(() => reopenTodo(user, { id })))).toEqual([[id, 'update', 4, ['completedAt']]])
  expect(summary(await logged(() => moveTodo(user, { id, listId: target.id })))).toEqual([
    [id, 'update', 5, expect.arrayContaining(['listId'])],
  ])
  expect(summary(await logged(() => deleteTodo(user, { id })))).toEqual([[id, 'update', 6, ['deletedAt']]])
  expect(summary(await logged(() => restoreTodo(user, { id })))).toEqual([[id, 'update', 7, ['deletedAt']]])
  await deleteTodo(user, { id })
  const purged = await logged(() => purgeTodo(user, { id }))
  expect(purged).toMatchObject([{ op: 'delete', version: 9, before: { id, title: 'B' }, after: null }])
})

test('each verb of lists, labels and the profile logs one change per row', async () => {
  const user = await newUser()
  const logged = async (work: () => Promise<unknown>) => summary(await changesOf(user, work))
  const { id } = await makeList(user)
  const todo = await makeTodo(user, { listId: id })

  expect(await logged(() => changeList(user, { id, name: 'B' }))).toEqual([[id, 'update', 2, ['name']]])
  expect(await logged(() => changeList(user, { id, name: 'B' }))).toEqual([])
  expect(await logged(() => moveList(user, { id, afterId: null }))).toEqual([[id, 'update', 3, ['position']]])
  expect(await logged(() => deleteList(user, { id }))).toEqual([
    [todo.id, 'update', 2, ['deletedAt']],
    [id, 'update', 4, ['deletedAt']],
  ])
  expect(await logged(() => restoreList(user, { id }))).toEqual([
    [todo.id, 'update', 3, ['deletedAt']],
    [id, 'update', 5, ['deletedAt']],
  ])
  await deleteList(user, { id })
  expect(await logged(() => purgeList(user, { id }))).toEqual([
    [todo.id, 'delete', 5, []],
    [id, 'delete', 7, []],
  ])

  const label = await makeLabel(user)
  expect(await logged(() => changeLabel(user, { id: label.id, colour: '#000000' }))).toEqual([
    [label.id, 'update', 2, ['colour']],
  ])
  expect(await logged(() => deleteLabel(user, label))).toEqual([[label.id, 'delete', 3, []]])
  expect(await logged(() => changeProfile(user, { timeZone: 'Asia/Tokyo' }))).toEqual([
    [user.ownerId, 'update', 2, ['timeZone']],
  ])
})

test('moving a todo logs its subtasks only if they change too', async () => {
  const user = await newUser()
  const [list, top] = [await makeList(user), await makeTodo(user)]
  const child = await makeTodo(user, { parentId: top.id })
  await makeTodo(user)
  expect(summary(await changesOf(user, () => moveTodo(user, { id: top.id })))).toEqual([
    [top.id, 'update', 2, ['position']],
  ])
  const moved = await changesOf(user, () => moveTodo(user, { id: top.id, listId: list.id }))
  expect(moved.map(({ entityId }) => entityId)).toEqual([child.id, top.id])
})

test('replaying the log from the beginning produces the current state', async () => {
  const user = await newUser()
  const [work, home] = [await makeList(user, 'Work'), await makeList(user, 'Home')]
  const [red, blue] = [await makeLabel(user), await makeLabel(user)]
  const todos: Todo[] = []
  for (let i = 0; i < 12; i += 1) {
    const labelIds = i % 3 ? [red.id] : [red.id, blue.id]
    const parent = todos[i - 2]
    const place = i % 4 === 3 && parent ? { parentId: parent.id } : { listId: i % 2 ? work.id : home.id }
    todos.push(await makeTodo(user, { labelIds, ...place }))
  }
  const [a, b, c, d, e, f] = todos.map(({ id }) => ({ id })) as [Id, Id, Id, Id, Id, Id]
  type Id = { id: string }
  await bulkTodos(
    user,
    BulkTodos.parse({
      operations: [
        { op: 'complete', ...a },
        { op: 'change', ...b, title: 'changed', due: { at: '2026-01-01T00:00:00Z', timeZone: 'Asia/Tokyo' } },
        { op: 'move', ...c, afterId: null },
        { op: 'delete', ...e },
        { op: 'create', title: 'last' },
      ],
    }),
  )
  await moveTodo(user, { ...d, parentId: null })
  await moveTodo(user, { ...b, listId: home.id })
  await purgeTodo(user, e)
  await deleteLabel(user, red)
  await changeList(user, { id: work.id, archived: true })
  await deleteTodo(user, f)
  await deleteList(user, work)
  await moveList(user, { id: home.id, afterId: null })
  await changeLabel(user, { id: blue.id, name: 'azure' })

  expect(replay(await allChanges(user))).toEqual(await stateOf(user))
  expect(replay(await allChanges(user, { limit: 1 }))).toEqual(await stateOf(user))
})

test('the log is read in pages from a cursor, and says if there is more', async () => {
  const user = await newUser()
  const { items, nextCursor: start, hasMore } = await listChanges(user, { limit: 1 })
  expect([items, hasMore]).toEqual([[], false])
  const created = []
  for (let i = 0; i < 5; i += 1) created.push((await makeTodo(user)).id)
  const read: string[] = []
  const sizes: [number, boolean][] = []
  let since = start
  for (let i = 0; i < 4; i += 1) {
    const page = await listChanges(user, { since, limit: 2 })
    read.push(...page.items.map(({ entityId }) => entityId))
    sizes.push([page.items.length, page.hasMore])
    since = page.nextCursor
  }
  expect(read).toEqual(created)
  expect(sizes).toEqual([
    [2, true],
    [2, true],
    [1, false],
    [0, false],
  ])
})

test('changes by a job of the system name the system and belong to the owner', async () => {
  const user = await newUser()
  const todo = await makeTodo(user)
  const job: OwnerContext = { ...user, actor: { kind: 'system', id: null, job: 'test' }, groupId: uuidv7() }
  const changes = await changesOf(user, async () => {
    await completeTodo(job, { id: todo.id })
    await makeLabel(job)
  })
  expect(changes).toMatchObject([
    { entity: 'todo', actor: { kind: 'system', id: null }, groupId: job.groupId },
    { entity: 'label', actor: { kind: 'system', id: null }, groupId: job.groupId },
  ])
})

test('owners see only their own changes', async () => {
  const [user, bob] = [await newUser(), await newUser()]
  const changes = await changesOf(bob, () => makeTodo(user))
  expect(changes).toEqual([])
})

test('a cursor older than the kept log has expired; one at the end of a trimmed log still works', async () => {
  const user = await newUser()
  const ownerId = user.ownerId
  const { nextCursor: old } = await listChanges(user, { limit: 1 })
  await makeTodo(user)
  const { nextCursor: kept } = await listChanges(user, { limit: 1 })
  await makeTodo(user)
  await ctx.db.change.deleteMany({ where: { ownerId, seq: { lte: 3 } } })
  const expired = { reason: 'CURSOR_EXPIRED' }
  await expect(listChanges(user, { since: old, limit: 10 })).rejects.toMatchObject(expired)
  expect((await listChanges(user, { since: kept, limit: 10 })).items).toHaveLength(1)

  const { nextCursor: end } = await listChanges(user, { limit: 1 })
  await ctx.db.change.deleteMany({ where: { ownerId } })
  await expect(listChanges(user, { since: kept, limit: 10 })).rejects.toMatchObject(expired)
  expect(await listChanges(user, { since: end, limit: 10 })).toEqual({
    items: [],
    nextCursor: end,
    hasMore: false,
  })
})

test('anything but a cursor of the log is malformed', async () => {
  const user = await newUser()
  const wrong = [
    ['changes', -1],
    ['changes', 1.5],
    ['changes', '1'],
    ['changes'],
    ['changes', 1e300],
    ['todos', 1],
  ]
  for (const since of ['', 'x', '%', ...wrong.map((value) => encodeCursor(value))]) {
    await expect(listChanges(user, { since, limit: 1 }), since).rejects.toMatchObject({
      reason: 'CURSOR_INVALID',
    })
  }
})

test('a reader sees the changes of concurrent writers once each, in order and without a gap', async () => {
  const user = await newUser()
  const [list, shared] = [await makeList(user), await makeTodo(user)]
  let since = (await listChanges(user, { limit: 1 })).nextCursor
  const writers = Array.from({ length: 8 }, async (_, n) => {
    for (let i = 0; i < 6; i += 1) {
      const { id } = await makeTodo(user, i % 2 ? { listId: list.id } : {})
      await changeTodo(user, { id: shared.id, title: `${n}-${i}` })
      if (i % 3 === 0) await moveTodo(user, { id, listId: list.id, afterId: null })
      if (i % 3 === 1) await deleteTodo(user, { id })
    }
  })
  const state = { writing: true }
  const done = Promise.all(writers).finally(() => (state.writing = false))
  const read: Change[] = []
  for (let more = true; state.writing || more;) {
    const page = await listChanges(user, { since, limit: 7 })
    read.push(...page.items)
    since = page.nextCursor
    more = page.hasMore
  }
  await done
  read.push(...(await allChanges(user, { since })))

  const all = (await allChanges(user)).slice(-read.length)
  expect(read).toEqual(all)
  expect(read).toHaveLength(8 * (6 + 6 + 2 + 2))
  const rows = await ctx.db.change.findMany({ where: { ownerId: user.ownerId }, orderBy: { seq: 'asc' } })
  expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, i) => i + 1))
  expect(replay(await allChanges(user))).toEqual(await stateOf(user))
})

/** The rows by id, each with the versions that the changes gave it. */
function replay(changes: Change[]) {
  const rows = new Map<string, Record<string, unknown>>()
  for (const { op, entity, entityId, version, before, after } of changes) {
    const row = rows.get(entityId)
    expect(version).toBe(Number(row?.['version'] ?? 0) + 1)
    // `before` holds the changed fields; for a purged row, all of them.
    const { updatedAt: _updatedAt, ...was } = before ?? {}
    expect(row ?? {}).toMatchObject(was)
    if (op === 'delete') rows.delete(entityId)
    else if (entity !== 'account') rows.set(entityId, { ...row, ...after, version })
  }
  for (const row of rows.values()) delete row['updatedAt']
  return rows
}

async function stateOf(user: OwnerContext) {
  const items = [
    ...(await listLists(user, { deleted: false })).items,
    ...(await listLists(user, { deleted: true })).items,
    ...(await listLabels(user)).items,
    ...(await allTodos(user)),
    ...(await allTodos(user, { deleted: true })),
  ]
  return new Map<string, Record<string, unknown>>(
    items.map(({ updatedAt: _updatedAt, ...row }) => [row.id, row]),
  )
}

test('a change has the time when it happened', async () => {
  const user = await newUser()
  const time = '2026-11-24T09:00:00.000Z'
  const changes = await changesOf(user, () => makeTodo(at(user, time)))
  expect(changes.map((change) => change.at)).toEqual([time])
})
