import { expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { openContext } from '../testing/context.ts'
import { allTodos, as, changesOf, makeList, makeTodo, makeUser } from '../testing/factories.ts'
import { bulkTodos } from './bulk-todos.ts'
import { getTodo } from './get-todo.ts'
import { BulkTodos } from './schemas.ts'

const ctx = await openContext()
const user = as(await makeUser(ctx))
const bulk = (operations: object[]) => bulkTodos(user, BulkTodos.parse({ operations }))

test('operations of all kinds run in order, and later ones see the results of earlier ones', async () => {
  const [list, other, id] = [await makeList(user), await makeTodo(user), uuidv7()]
  const { items } = await bulk([
    { op: 'create', id, title: 'New' },
    { op: 'change', id, title: 'Newer', ifVersion: 1 },
    { op: 'complete', id },
    { op: 'reopen', id },
    { op: 'move', id, listId: list.id },
    { op: 'delete', id },
    { op: 'restore', id },
    { op: 'create', parentId: id, title: 'Child' },
    { op: 'complete', id: other.id, ifVersion: 1 },
  ])
  expect(items.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2])
  expect(items[6]).toEqual(await getTodo(user, { id }))
  expect(items[6]).toMatchObject({ title: 'Newer', listId: list.id, completedAt: null, deletedAt: null })
  expect(items[7]).toMatchObject({ parentId: id, listId: list.id })
})

test('a failure names its index and undoes the operations before it', async () => {
  const todo = await makeTodo(user)
  const before = await allTodos(user)
  const changes = await changesOf(user, async () => {
    await expect(
      bulk([
        { op: 'create', title: 'A' },
        { op: 'change', id: todo.id, title: 'B' },
        { op: 'complete', id: uuidv7() },
        { op: 'create', title: 'C' },
      ]),
    ).rejects.toMatchObject({
      reason: 'TODO_NOT_FOUND',
      errors: [{ path: 'operations.2' }],
    })
  })
  expect(await allTodos(user)).toEqual(before)
  expect(changes).toEqual([])
})

test('a failure keeps its code and the path of the member', async () => {
  const { id } = await makeTodo(user)
  await expect(bulk([{ op: 'change', id, title: 'x', ifVersion: 9 }])).rejects.toMatchObject({
    reason: 'VERSION_MISMATCH',
    errors: [{ path: 'operations.0' }],
  })
  await expect(
    bulk([
      { op: 'reopen', id },
      { op: 'create', title: 'x', labelIds: [uuidv7()] },
    ]),
  ).rejects.toMatchObject({ reason: 'VALIDATION_FAILED', errors: [{ path: 'operations.1.labelIds' }] })
  await expect(bulk([{ op: 'create', id, title: 'x' }])).rejects.toMatchObject({ reason: 'ID_TAKEN' })
})

test('a bulk call takes one to a hundred operations of known kinds', async () => {
  const create = { op: 'create', title: 'x' }
  const many = (length: number) => Array.from({ length }, () => create)
  const invalid = [[], many(101), [{ op: 'purge', id: uuidv7() }], [{ ...create, surplus: 1 }]]
  for (const operations of invalid) expect(BulkTodos.safeParse({ operations }).success).toBe(false)
  const { items } = await bulk(many(100))
  expect(new Set(items.map(({ position }) => position)).size).toBe(100)
})
