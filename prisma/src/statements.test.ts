import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Db } from './create-database.ts'
import type { RunStatement } from '@todo/postgres'
import { runIn } from './run-in-transaction.ts'
import type { ColumnValues } from './tables/rows.ts'
import { insertTodo, updateTodos } from './statements/index.ts'
import { type TestDatabase, createTestDatabase } from './testing/test-database.ts'

const now = new Date('2026-05-01T12:00:00Z')

const logArgs = (ownerId: string) => ({
  ownerId,
  actorKind: 'user',
  actorId: ownerId,
  groupId: randomUUID(),
  now: now.toISOString(),
})

type New = { ownerId: string; id: string; listId?: string; title?: string }

const creation = ({ ownerId, id, listId, title = 'Milk' }: New) =>
  insertTodo({
    ...logArgs(ownerId),
    id,
    listId,
    parentId: undefined,
    depth: 0,
    columns: { title, description: '', label_ids: [], priority: 0 },
  })

let testDatabase: TestDatabase
let db: Db
let run: RunStatement
beforeAll(async () => {
  testDatabase = await createTestDatabase(inject('testServerUrl'))
  ;({ db, run } = testDatabase.database)
})
afterAll(() => testDatabase[Symbol.asyncDispose]())

/** Makes an account with an Inbox and `moreLists` other lists. */
async function makeOwner(moreLists = 0): Promise<{ ownerId: string; listIds: string[] }> {
  const ownerId = randomUUID()
  const stamps = { createdAt: now, updatedAt: now }
  const listIds = Array.from({ length: moreLists + 1 }, () => randomUUID())
  await db.account.create({
    data: {
      ...stamps,
      ownerId,
      email: `${ownerId}@example.com`,
      displayName: 'Ada',
      timeZone: 'UTC',
      passwordHash: '',
      lists: {
        create: listIds.map((id, i) => ({ ...stamps, id, name: 'List', position: i, isInbox: i === 0 })),
      },
      changeHead: { create: {} },
    },
  })
  return { ownerId, listIds }
}

async function makeTodo(ownerId: string): Promise<string> {
  const id = randomUUID()
  await run(creation({ ownerId, id }))
  return id
}

const change = (on: RunStatement, { ownerId, id, ...args }: Change) =>
  on(updateTodos({ ...logArgs(ownerId), ids: [id], isDeleted: false, ...args }))
type Change = { ownerId: string; id: string; values: ColumnValues; ifVersion?: number }

const changesOf = (ownerId: string) =>
  db.change.findMany({
    where: { ownerId },
    orderBy: { seq: 'asc' },
    omit: { at: true, actorId: true, groupId: true },
  })

/** Starts `second` while `first` holds its locks, and commits `first` once `second` waits for them. */
async function behind<T>(first: Change, second: () => PromiseLike<T>): Promise<T> {
  const started = await db.$transaction(
    async (tx) => {
      await change(runIn(tx), first)
      // Wrapped in an object, because a promise returned by the callback would be awaited before the commit.
      const waiting = { answer: Promise.resolve(second()) }
      await expect.poll(waitingForLocks, { interval: 5 }).toBe(1)
      return waiting
    },
    { timeout: 60_000 },
  )
  return started.answer
}

async function waitingForLocks(): Promise<number> {
  const { rowCount } = await testDatabase.database.pool.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  )
  return rowCount ?? 0
}

test('concurrent changes of different fields of a todo are both kept', async () => {
  const { ownerId } = await makeOwner()
  const id = await makeTodo(ownerId)
  const answer = await behind({ ownerId, id, values: { title: 'Oat milk' } }, () =>
    change(run, { ownerId, id, values: { priority: 3 } }),
  )
  expect(answer).toMatchObject([{ matched: true, todo: { title: 'Oat milk', priority: 3, version: 3 } }])
  expect(await db.todo.findMany({ where: { ownerId } })).toMatchObject([
    { title: 'Oat milk', priority: 3, version: 3 },
  ])
  expect(await changesOf(ownerId)).toMatchObject([
    { seq: 1n, op: 'create', version: 1 },
    { seq: 2n, version: 2, before: { title: 'Milk' }, after: { title: 'Oat milk' } },
    { seq: 3n, version: 3, before: { priority: 0 }, after: { priority: 3 } },
  ])
})

test('a change with ifVersion does nothing if a concurrent change was first', async () => {
  const { ownerId } = await makeOwner()
  const id = await makeTodo(ownerId)
  const answer = await behind({ ownerId, id, values: { title: 'Oat milk' } }, () =>
    change(run, { ownerId, id, values: { priority: 3 }, ifVersion: 1 }),
  )
  expect(answer).toMatchObject([{ matched: false, todo: { title: 'Oat milk', priority: 0, version: 2 } }])
  expect(await changesOf(ownerId)).toHaveLength(2)
})

test('concurrent creates number the change log without gaps or duplicates', async () => {
  const { ownerId } = await makeOwner()
  const ids = await Promise.all(Array.from({ length: 50 }, () => makeTodo(ownerId)))
  const changes = await changesOf(ownerId)
  expect(changes.map(({ seq }) => Number(seq))).toEqual(ids.map((_, i) => i + 1))
  expect(new Set(changes.map(({ entityId }) => entityId))).toEqual(new Set(ids))
  const todos = await db.todo.findMany({ where: { ownerId } })
  expect(new Set(todos.map(({ position }) => position)).size).toBe(50)
  expect(await db.changeHead.findUnique({ where: { ownerId } })).toMatchObject({ seq: 50n })
})

test('a create with a used id or an unknown list writes nothing', async () => {
  const { ownerId } = await makeOwner()
  const id = await makeTodo(ownerId)
  const state = () =>
    Promise.all([
      db.todo.findMany({ where: { ownerId } }),
      changesOf(ownerId),
      db.changeHead.findUnique({ where: { ownerId } }),
    ])
  const before = await state()
  const again = creation({ ownerId, id, title: 'Another' })
  await expect(run(again)).rejects.toMatchObject({ code: '23505' })
  const nowhere = creation({ ownerId, id: randomUUID(), listId: randomUUID() })
  expect(await run(nowhere)).toEqual([])
  expect(await state()).toEqual(before)
})
