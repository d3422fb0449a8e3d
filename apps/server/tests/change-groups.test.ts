import type { Change, List, Todo } from '@todo/client'
import { createTodoClient } from '@todo/client'
import { type TestDatabase, createTestDatabase } from '@todo/db/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type TestServer, startServer } from './support/server.ts'
import { PASSWORD } from './support/world.ts'

let database: TestDatabase
let server: TestServer
let client: ReturnType<typeof createTodoClient>
let ownId: string
let list: List
let todos: Todo[]

beforeAll(async () => {
  database = await createTestDatabase(inject('testServerUrl'))
  server = await startServer(database.url)
  client = createTodoClient({ url: server.url })
  const account = { email: 'ada@example.com', password: PASSWORD }
  await client.auth.signUp({ ...account, displayName: 'Ada' })
  await client.auth.logIn(account)
  ownId = (await client.me.get()).id
  list = await client.lists.create({ name: 'Groceries' })
  todos = await Promise.all(
    ['Bread', 'Milk', 'Tea'].map((title) => client.todos.create({ title, listId: list.id })),
  )
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function changesOf(work: () => Promise<unknown>): Promise<Change[]> {
  const { nextCursor: since } = await client.changes.list()
  await work()
  return (await client.changes.list({ since })).items
}

const groupsOf = (changes: Change[]) => new Set(changes.map(({ groupId }) => groupId))

test('each call of a batch is a group of its own', async () => {
  const changes = await changesOf(() => Promise.all(todos.map(({ id }) => client.todos.complete({ id }))))
  expect(changes).toHaveLength(3)
  expect(groupsOf(changes).size).toBe(3)
})

test('all changes of a bulk call are one group', async () => {
  const changes = await changesOf(() =>
    client.todos.bulk({
      operations: [
        { op: 'create', title: 'Coffee' },
        ...todos.map(({ id }) => ({ op: 'reopen' as const, id })),
      ],
    }),
  )
  expect(changes).toHaveLength(4)
  expect(groupsOf(changes).size).toBe(1)
})

test('moving a list to the trash is one group with its todos, and records the account that did it', async () => {
  const changes = await changesOf(() => client.lists.delete({ id: list.id }))
  expect(changes.map(({ entity }) => entity).sort()).toEqual(['list', 'todo', 'todo', 'todo'])
  expect(groupsOf(changes).size).toBe(1)
  for (const { actor } of changes) expect(actor).toEqual({ kind: 'user', id: ownId })
})
