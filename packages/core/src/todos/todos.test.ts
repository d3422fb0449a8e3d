import { expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { TimeZone } from '../fields.ts'
import { listLists } from '../lists/lists.ts'
import { deleteList } from '../trash/trash-list.ts'
import { at, openContext } from '../testing/context.ts'
import { allTodos, as, changesOf, makeLabel, makeList, makeTodo, makeUser } from '../testing/factories.ts'
import { changeTodo, completeTodo, reopenTodo } from './change-todo.ts'
import { getTodo } from './get-todo.ts'
import { createTodo } from './create-todo.ts'
import { moveTodo } from './move-todo.ts'
import { ChangeTodo, CreateTodo, MoveTodo, type Todo } from './schemas.ts'
import { deleteTodo, purgeTodo, restoreTodo } from '../trash/trash-todo.ts'

const ctx = await openContext()
const user = as(await makeUser(ctx))
const bob = as(await makeUser(ctx))

const GONE = { reason: 'TODO_NOT_FOUND' }
const refused = (path: string) => ({ reason: 'VALIDATION_FAILED', errors: [{ path }] })
const titles = (todos: Todo[]) => todos.map(({ title }) => title)

async function tree(listId?: string) {
  const top = await makeTodo(user, listId === undefined ? {} : { listId })
  const middle = await makeTodo(user, { parentId: top.id })
  const leaf = await makeTodo(user, { parentId: middle.id })
  return { top, middle, leaf }
}

test('a todo with only a title is open and in the Inbox', async () => {
  const todo = await createTodo(user, CreateTodo.parse({ title: '  Buy oat milk ' }))
  const inbox = (await listLists(user, { deleted: false })).items[0]
  expect(todo).toMatchObject({
    id: expect.any(String),
    listId: inbox?.id,
    parentId: null,
    title: 'Buy oat milk',
    description: '',
    labelIds: [],
    priority: 0,
    start: null,
    due: null,
    position: expect.any(Number),
    completedAt: null,
    deletedAt: null,
    createdAt: expect.any(String),
    updatedAt: todo.createdAt,
    version: 1,
  })
  expect(await getTodo(user, todo)).toEqual(todo)
})

test('a todo keeps everything that it was created with', async () => {
  const [list, label] = [await makeList(user), await makeLabel(user)]
  const input = {
    id: uuidv7(),
    listId: list.id,
    title: 'Ünïcode 😀 \u{10ffff}',
    description: '# Markdown\n"quotes" \\ and\ttabs',
    labelIds: [label.id],
    priority: 4,
    start: { date: '2026-12-24' },
    due: { at: '2026-12-24T18:00:00.123+01:00', timeZone: 'Europe/Berlin' },
  }
  const due = { at: '2026-12-24T17:00:00.123Z', timeZone: 'Europe/Berlin' }
  expect(await createTodo(user, CreateTodo.parse(input))).toMatchObject({ ...input, due })
})

test('an id can be used once', async () => {
  const { id } = await makeTodo(user)
  const taken = { reason: 'ID_TAKEN' }
  await expect(makeTodo(user, { id })).rejects.toMatchObject(taken)
  const fresh = uuidv7()
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => makeTodo(user, { id: fresh })))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await makeTodo(bob, { id })).toMatchObject({ id })
})

test('a subtask is in the list of its parent, at most three levels deep', async () => {
  const [list, other] = [await makeList(user), await makeList(user)]
  const { top, middle, leaf } = await tree(list.id)
  expect([middle.listId, leaf.listId]).toEqual([list.id, list.id])
  expect(leaf.parentId).toBe(middle.id)
  await expect(makeTodo(user, { parentId: leaf.id })).rejects.toMatchObject(refused('parentId'))
  await expect(makeTodo(user, { parentId: top.id, listId: other.id })).rejects.toMatchObject(
    refused('listId'),
  )
  await expect(makeTodo(user, { parentId: top.id, listId: list.id })).resolves.toBeDefined()
  await expect(makeTodo(user, { parentId: uuidv7() })).rejects.toMatchObject(GONE)
  await expect(makeTodo(bob, { parentId: top.id })).rejects.toMatchObject(GONE)
  await deleteTodo(user, top)
  await expect(makeTodo(user, { parentId: top.id })).rejects.toMatchObject(GONE)
})

test('lists and labels must exist', async () => {
  await expect(makeTodo(user, { listId: uuidv7() })).rejects.toMatchObject({ reason: 'LIST_NOT_FOUND' })
  await expect(makeTodo(user, { labelIds: [uuidv7()] })).rejects.toMatchObject(refused('labelIds'))
  const [todo, label] = [await makeTodo(user), await makeLabel(user)]
  await expect(changeTodo(user, { id: todo.id, labelIds: [label.id, uuidv7()] })).rejects.toMatchObject(
    refused('labelIds'),
  )
  const twice = { id: todo.id, labelIds: [label.id, label.id.toUpperCase()] }
  expect(ChangeTodo.safeParse(twice).success).toBe(false)
})

test('times that Postgres cannot store are invalid', () => {
  const times = [
    { date: '0000-01-01' },
    { date: '2026-02-30' },
    { at: '0000-12-31T23:59:59Z', timeZone: 'UTC' },
    { at: '0001-01-01T00:00:00+14:00', timeZone: 'UTC' },
    { at: '9999-12-31T23:59:59-14:00', timeZone: 'UTC' },
    { at: '2026-12-24T17:00:00Z', timeZone: 'Nowhere' },
    { date: '2026-12-24', at: '2026-12-24T17:00:00Z', timeZone: 'UTC' },
    { at: '2026-12-24T17:00:00Z' },
  ]
  for (const due of times) expect(CreateTodo.safeParse({ title: 'x', due }).success).toBe(false)
})

test('the earliest and latest times can be stored and paged', async () => {
  const who = as(await makeUser(ctx))
  const dues = [
    { date: '0001-01-01' },
    { at: '0001-01-02T00:00:00.000Z', timeZone: 'America/Los_Angeles' },
    { date: '9999-12-31' },
    { at: '9999-12-31T23:59:59.999Z', timeZone: 'Pacific/Kiritimati' },
    null,
  ]
  for (const due of dues) expect((await makeTodo(who, { due })).due).toEqual(due)
  for (const order of ['asc', 'desc'] as const) {
    expect(await allTodos(who, { sort: 'due', order, limit: 1 })).toHaveLength(5)
  }
})

test('times are truncated to milliseconds', async () => {
  const due = { at: '9999-12-31T23:59:59.9999Z', timeZone: 'UTC' }
  expect((await makeTodo(user, { due })).due).toEqual({ ...due, at: '9999-12-31T23:59:59.999Z' })
})

test('each accepted time zone can be stored', async () => {
  const zones = [
    ...Intl.supportedValuesOf('timeZone'),
    'EST5EDT',
    'Etc/GMT+5',
    'PRC',
    'Zulu',
    'europe/berlin',
  ]
  const accepted = zones.filter((zone) => TimeZone.safeParse(zone).success)
  expect(accepted.length).toBeGreaterThan(400)
  const unknown = await ctx.db.$queryRaw`
    SELECT zone FROM unnest(${accepted}::text[]) AS zone
    WHERE NOT EXISTS (SELECT FROM pg_timezone_names WHERE lower(name) = lower(zone))`
  expect(unknown).toEqual([])
})

test('a change is a merge patch: absent members stay, null clears', async () => {
  const label = await makeLabel(user)
  const todo = await makeTodo(user, {
    description: 'text',
    labelIds: [label.id],
    priority: 3,
    start: { date: '2026-01-01' },
    due: { date: '2026-01-02' },
  })
  const { id } = todo
  const later = at(user, Date.now() + 5_000)
  const renamed = await changeTodo(later, ChangeTodo.parse({ id, title: 'New' }))
  expect(renamed).toEqual({ ...todo, title: 'New', version: 2, updatedAt: later.now().toISOString() })
  const due = { at: '2026-01-02T10:00:00.000Z', timeZone: 'Asia/Tokyo' }
  expect(await changeTodo(user, { id, due })).toMatchObject({ due, start: todo.start, version: 3 })
  expect(await changeTodo(user, { id, due: null, start: null })).toMatchObject({ due: null, start: null })
  const cleared = await changeTodo(user, { id, labelIds: [], description: '', priority: 0 })
  expect(cleared).toMatchObject({ title: 'New', labelIds: [], description: '', priority: 0, version: 5 })
})

test('a change that changes nothing keeps the version', async () => {
  const due = { at: '2026-01-02T10:00:00+01:00', timeZone: 'Europe/Berlin' }
  const todo = await makeTodo(user, { title: 'Same', priority: 2, due })
  const { id } = todo
  const changes = await changesOf(user, async () => {
    expect(await changeTodo(user, { id })).toEqual(todo)
    expect(await changeTodo(user, { id, title: 'Same', priority: 2, due, labelIds: [] })).toEqual(todo)
  })
  expect(changes).toEqual([])
})

test('one of two writers with the same version wins', async () => {
  const { id } = await makeTodo(user)
  const results = await Promise.allSettled(
    ['A', 'B', 'C'].map((title) => changeTodo(user, { id, title, ifVersion: 1 })),
  )
  const lost = results.filter((result) => result.status === 'rejected')
  expect(lost.map(({ reason }) => reason.kind)).toEqual(['PRECONDITION_FAILED', 'PRECONDITION_FAILED'])
  const stale = { reason: 'VERSION_MISMATCH' }
  for (const verb of [changeTodo, completeTodo, reopenTodo, moveTodo, deleteTodo]) {
    await expect(verb(user, { id, ifVersion: 1 })).rejects.toMatchObject(stale)
  }
  expect((await getTodo(user, { id })).version).toBe(2)
})

test('completing and reopening are idempotent', async () => {
  const { id } = await makeTodo(user)
  const completed = await completeTodo(user, { id, ifVersion: 1 })
  expect(completed).toMatchObject({ completedAt: expect.any(String), version: 2 })
  expect(await completeTodo(at(user, Date.now() + 60_000), { id })).toEqual(completed)
  const reopened = await reopenTodo(user, { id })
  expect(reopened).toMatchObject({ completedAt: null, version: 3 })
  expect(await reopenTodo(user, { id })).toEqual(reopened)
})

test('a todo moves to another list with its subtasks', async () => {
  const [from, to] = [await makeList(user), await makeList(user)]
  const { top, middle, leaf } = await tree(from.id)
  await makeTodo(user, { listId: to.id, title: 'There before' })
  await moveTodo(user, { id: top.id, listId: to.id })
  expect(await allTodos(user, { listId: from.id })).toEqual([])
  const moved = await allTodos(user, { listId: to.id })
  expect(moved.map(({ id }) => id)).toEqual(expect.arrayContaining([top.id, middle.id, leaf.id]))
  expect(titles(moved.filter(({ parentId }) => parentId === null))).toEqual(['There before', top.title])

  // A move to another list removes the parent, so its own subtask is one level higher.
  const out = await moveTodo(user, { id: middle.id, listId: from.id })
  expect(out).toMatchObject({ parentId: null, listId: from.id })
  await expect(makeTodo(user, { parentId: leaf.id })).resolves.toMatchObject({ listId: from.id })

  const other = await makeList(bob)
  const none = { reason: 'LIST_NOT_FOUND' }
  await expect(moveTodo(user, { id: top.id, listId: other.id })).rejects.toMatchObject(none)
  await deleteList(user, from)
  await expect(moveTodo(user, { id: top.id, listId: from.id })).rejects.toMatchObject(none)
})

test('a todo moves under another parent, within three levels and never into itself', async () => {
  const { top, middle, leaf } = await tree()
  const [list, other] = [await makeList(user), await tree()]
  for (const parentId of [top.id, middle.id, leaf.id, top.id.toUpperCase()]) {
    await expect(moveTodo(user, MoveTodo.parse({ id: top.id, parentId }))).rejects.toMatchObject(
      refused('parentId'),
    )
  }
  await expect(moveTodo(user, { id: middle.id, parentId: other.middle.id })).rejects.toMatchObject(
    refused('parentId'),
  )
  await expect(
    moveTodo(user, { id: leaf.id, parentId: other.top.id, listId: list.id }),
  ).rejects.toMatchObject(refused('listId'))
  await expect(moveTodo(user, { id: leaf.id, parentId: uuidv7() })).rejects.toMatchObject(GONE)

  expect(await moveTodo(user, { id: middle.id, parentId: other.top.id })).toMatchObject({
    parentId: other.top.id,
  })
  expect(await getTodo(user, leaf)).toEqual(leaf)
  expect(await moveTodo(user, { id: leaf.id, parentId: null })).toMatchObject({ parentId: null })
  const inList = await makeTodo(user, { listId: list.id })
  expect(await moveTodo(user, { id: leaf.id, parentId: inList.id })).toMatchObject({
    parentId: inList.id,
    listId: list.id,
  })
})

test('a todo moves to the front, after another and to the end, and sixty times into one gap', async () => {
  const list = await makeList(user)
  const todos = []
  for (const title of ['A', 'B', 'C', 'D']) todos.push(await makeTodo(user, { listId: list.id, title }))
  const [a, b, c, d] = todos.map(({ id }) => id) as [string, string, string, string]
  const order = async () => titles(await allTodos(user, { listId: list.id })).join('')

  await moveTodo(user, { id: c, afterId: null })
  expect(await order()).toBe('CABD')
  await moveTodo(user, { id: c, afterId: b })
  expect(await order()).toBe('ABCD')
  await moveTodo(user, { id: a })
  expect(await order()).toBe('BCDA')
  await moveTodo(user, { id: d, afterId: a })
  expect(await order()).toBe('BCAD')
  for (let i = 0; i < 60; i += 1) {
    await moveTodo(user, { id: i % 2 ? a : c, afterId: b })
    expect(await order()).toBe(i % 2 ? 'BACD' : 'BCAD')
  }
  expect(titles([await makeTodo(user, { listId: list.id, title: 'E' })])).toEqual(['E'])
  expect(await order()).toBe('BACDE')

  const stranger = await makeTodo(user)
  for (const afterId of [stranger.id, a, uuidv7()]) {
    await expect(moveTodo(user, { id: a, afterId })).rejects.toMatchObject(refused('afterId'))
  }
})

test('concurrent moves keep all todos at distinct positions', async () => {
  const list = await makeList(user)
  const todos = await Promise.all(Array.from({ length: 8 }, () => makeTodo(user, { listId: list.id })))
  await Promise.all(todos.slice(1).map(({ id }) => moveTodo(user, { id, afterId: todos[0]!.id })))
  const after = await allTodos(user, { listId: list.id })
  expect(new Set(after.map(({ position }) => position)).size).toBe(8)
})

test('a todo is restored with the subtasks that were moved to the trash with it', async () => {
  const { top, middle, leaf } = await tree()
  const sibling = await makeTodo(user, { parentId: top.id })
  await deleteTodo(user, sibling)
  const deleted = await deleteTodo(at(user, Date.now() + 1_000), top)
  expect(deleted).toMatchObject({ deletedAt: expect.any(String), version: 2 })
  expect((await getTodo(user, leaf)).deletedAt).toBe(deleted.deletedAt)
  for (const verb of [changeTodo, completeTodo, reopenTodo, moveTodo, deleteTodo]) {
    await expect(verb(user, { id: top.id })).rejects.toMatchObject(GONE)
  }
  await expect(restoreTodo(user, middle)).rejects.toMatchObject({
    reason: 'PARENT_DELETED',
  })

  expect(await restoreTodo(user, top)).toMatchObject({ deletedAt: null, version: 3 })
  expect(await getTodo(user, leaf)).toMatchObject({ deletedAt: null, version: 3 })
  expect((await getTodo(user, sibling)).deletedAt).not.toBe(null)
  await expect(restoreTodo(user, top)).rejects.toMatchObject(GONE)
  expect(await restoreTodo(user, sibling)).toMatchObject({ deletedAt: null, parentId: top.id })
})

test('a todo whose list is in the trash can be restored only together with the list', async () => {
  const list = await makeList(user)
  const todo = await makeTodo(user, { listId: list.id })
  await deleteList(user, list)
  await expect(restoreTodo(user, todo)).rejects.toMatchObject({ reason: 'PARENT_DELETED' })
})

test('purging permanently deletes a todo in the trash and its subtasks', async () => {
  const { top, middle, leaf } = await tree()
  await expect(purgeTodo(user, top)).rejects.toMatchObject(GONE)
  await deleteTodo(user, top)
  await purgeTodo(user, top)
  for (const { id } of [top, middle, leaf]) await expect(getTodo(user, { id })).rejects.toMatchObject(GONE)
})

test("another owner's todo does not exist", async () => {
  const { id } = await makeTodo(user)
  const before = await getTodo(user, { id })
  for (const verb of [
    getTodo,
    changeTodo,
    completeTodo,
    reopenTodo,
    moveTodo,
    deleteTodo,
    restoreTodo,
    purgeTodo,
  ]) {
    await expect(verb(bob, { id })).rejects.toMatchObject(GONE)
    await expect(verb(user, { id: uuidv7() })).rejects.toMatchObject(GONE)
  }
  expect(await getTodo(user, { id })).toEqual(before)
})

test('callers who read at the same time each get only their own todos', async () => {
  const mine = [await makeTodo(user), await makeTodo(user)]
  const theirs = await makeTodo(bob)
  const answers = await Promise.allSettled([
    getTodo(user, mine[0]!),
    getTodo(user, theirs),
    getTodo(user, mine[1]!),
    getTodo(user, mine[0]!),
    getTodo(bob, theirs),
  ])
  expect(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason.reason)),
  ).toEqual([mine[0], 'TODO_NOT_FOUND', mine[1], mine[0], theirs])
})

test('a read returns what the write returned', async () => {
  const [list, label] = [await makeList(user), await makeLabel(user)]
  const times = [
    null,
    { date: '0001-01-02' },
    { at: '2026-03-29T00:59:59.999Z', timeZone: 'Europe/Berlin' },
    { at: '9999-12-31T23:59:59.9Z', timeZone: 'UTC' },
    { at: '0999-06-01T12:00:00Z', timeZone: 'UTC' },
  ]
  for (const [index, due] of times.entries()) {
    const start = times[(index + 1) % times.length]
    const input = { title: 'x', listId: list.id, labelIds: [label.id], due, start }
    const todo = await createTodo(user, CreateTodo.parse(input))
    const done = await completeTodo(user, todo)
    expect(await getTodo(user, todo)).toStrictEqual(done)
    expect((await allTodos(user, { listId: list.id })).find(({ id }) => id === todo.id)).toStrictEqual(done)
  }
})
