import { BulkTodos } from '@todo/core'
import { ACCOUNTS, LABELS, LISTS, TODOS, type Table } from '@todo/db'
import { type TestDatabase, createTestDatabase } from '@todo/db/testing'
import * as fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import * as z from 'zod'
import { ACCOUNT_MEMBERS, LABEL_MEMBERS, LIST_MEMBERS, todoMembers } from './support/arbitraries.ts'
import { type ApiClient, restClient, rpcClient, sdkClient } from './support/clients.ts'
import { operations } from './support/rest.ts'
import { type TestServer, startServer } from './support/server.ts'
import { PASSWORD } from './support/world.ts'

// Writes random values of every member that users can set, and reads them back through every interface and from the
// change log. A member that is missing in a schema, a table of columns or a statement fails here. A failure shows its
// seed and path: add them to OPTIONS to run it again.

const OPTIONS = { numRuns: 6 }

type Entity = { id: string; version: number; updatedAt: string }
type Change = { before: object | null; after: object | null }
type Input = Record<string, unknown>
type Inputs = Record<string, fc.Arbitrary<unknown>>

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase(inject('testServerUrl'))
  server = await startServer(database.url)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const FAMILIES: {
  family: string
  table: Table
  members: (client: ApiClient) => Inputs | Promise<Inputs>
  list: Input
  remove?: string[]
}[] = [
  {
    family: 'todos',
    table: TODOS,
    members: async (client) => todoMembers(await threeLabels(client)),
    list: { sort: 'created', order: 'desc', limit: 5 },
  },
  {
    family: 'lists',
    table: LISTS,
    members: () => LIST_MEMBERS,
    list: {},
    remove: ['lists.delete', 'lists.purge'],
  },
  { family: 'labels', table: LABELS, members: () => LABEL_MEMBERS, list: {}, remove: ['labels.delete'] },
]

describe.for([
  ['REST', restClient],
  ['RPC', rpcClient],
  ['SDK', sdkClient],
] as const)('by %s', ([, open]) => {
  test.for(FAMILIES)(
    'each member of $family that users can set is stored, shown and logged',
    async ({ family, table, members, list, remove = [] }) => {
      const client = await signedUp(open(server.url))
      const arbitraries = await members(client)
      const newChanges = await changeReader(client)
      const [create, change] = [`${family}.create`, `${family}.change`]

      async function expectShown(entity: Entity): Promise<void> {
        expect(await client.call(`${family}.get`, { id: entity.id })).toEqual(entity)
        const { items } = (await client.call(`${family}.list`, list)) as { items: Entity[] }
        expect(items.find(({ id }) => id === entity.id)).toEqual(entity)
      }

      const property = fc.asyncProperty(
        inputsOf(create, arbitraries),
        inputsOf(change, arbitraries),
        async (input, patch) => {
          const created = (await client.call(create, input)) as Entity
          await using _ = { [Symbol.asyncDispose]: () => removeAll(created.id) }
          expect(created).toMatchObject(shownFor(create, input))
          expect(Object.keys(created).sort()).toEqual(shownMembers(table))
          await expectShown(created)
          expect(await newChanges()).toMatchObject([{ before: null, after: created }])

          const changed = (await client.call(change, { id: created.id, ...patch })) as Entity
          expectChange({ created, patch: shownFor(change, patch), changed, changes: await newChanges() })
          await expectShown(changed)
        },
      )
      await fc.assert(property, OPTIONS)

      async function removeAll(id: string): Promise<void> {
        for (const path of remove) await client.call(path, { id })
        await newChanges()
      }
    },
  )

  test('each member of an account that users can set is stored, shown and logged', async () => {
    const client = await signedUp(open(server.url))
    const newChanges = await changeReader(client)
    const property = fc.asyncProperty(inputsOf('me.change', ACCOUNT_MEMBERS), async (patch) => {
      const created = (await client.call('me.get')) as Entity
      const changed = (await client.call('me.change', patch)) as Entity
      expectChange({ created, patch: shownFor('me.change', patch), changed, changes: await newChanges() })
      expect(await client.call('me.get')).toEqual(changed)
      expect(Object.keys(changed).sort()).toEqual(shownMembers(ACCOUNTS))
    })
    await fc.assert(property, OPTIONS)
  })

  test('each member of a sign-up is stored and shown', async () => {
    const property = fc.asyncProperty(inputsOf('auth.signUp', ACCOUNT_MEMBERS), async (input) => {
      const client = await signedUp(open(server.url), input)
      expect(await client.call('me.get')).toMatchObject(shownFor('auth.signUp', input))
    })
    // Few, since hashing passwords is slow.
    await fc.assert(property, { ...OPTIONS, numRuns: 3 })
  })
})

describe('an input takes the members of its table, and no others', () => {
  const NOT_EDITABLE = new Set(['id', 'ifVersion', 'listId', 'parentId', 'op', 'email', 'password'])
  const bulk = (op: string) =>
    BulkTodos.shape.operations.element.options.find(({ shape }) => shape.op.value === op)?.shape ?? {}

  test.for<[name: string, shape: object, table: Table, missing?: string]>([
    ['todos.create', shapeOf('todos.create'), TODOS],
    ['todos.change', shapeOf('todos.change'), TODOS],
    ['create in todos.bulk', bulk('create'), TODOS],
    ['change in todos.bulk', bulk('change'), TODOS],
    ['lists.create', shapeOf('lists.create'), LISTS, 'archived'],
    ['lists.change', shapeOf('lists.change'), LISTS],
    ['labels.create', shapeOf('labels.create'), LABELS],
    ['labels.change', shapeOf('labels.change'), LABELS],
    ['auth.signUp', shapeOf('auth.signUp'), ACCOUNTS],
    ['me.change', shapeOf('me.change'), ACCOUNTS],
  ])('%s', ([, shape, { members }, missing]) => {
    const editable = Object.keys(members).filter(
      (name) => members[name]?.editable === true && name !== missing,
    )
    const taken = Object.keys(shape).filter((name) => !NOT_EDITABLE.has(name))
    expect(taken.toSorted()).toEqual(editable.toSorted())
  })
})

function shapeOf(path: string): Record<string, z.ZodType> {
  return (operations.get(path)?.input?.shape ?? {}) as Record<string, z.ZodType>
}

/** Random inputs of an operation: all members that it requires, and any of the others. */
function inputsOf(path: string, members: Inputs): fc.Arbitrary<Input> {
  const shape = shapeOf(path)
  const taken = Object.entries(members).filter(([name]) => name in shape)
  const accepts = (name: string, value: unknown) => shape[name]?.safeParse(value).success === true
  return fc.record(
    Object.fromEntries(taken.map(([name, values]) => [name, values.filter((value) => accepts(name, value))])),
    { requiredKeys: taken.map(([name]) => name).filter((name) => !accepts(name, undefined)) },
  )
}

/** The members as an entity shows them: parsed by the operation's schema, instants in UTC. */
function shownFor(path: string, input: Input): Input {
  const shape = shapeOf(path)
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, inUtc(shape[name]?.parse(value))]),
  )
}

const Instant = z.object({ at: z.string(), timeZone: z.string() })

function inUtc(value: unknown): unknown {
  const { success, data } = Instant.safeParse(value)
  return success ? { ...data, at: new Date(data.at).toISOString() } : value
}

function shownMembers({ members }: Table): string[] {
  return Object.keys(members)
    .filter((name) => members[name]?.hidden !== true)
    .sort()
}

/** Checks that a change has set the members of `patch`, no others, and has logged them, unless nothing differs. */
function expectChange(done: { created: Entity; patch: Input; changed: Entity; changes: Change[] }): void {
  const { created, patch, changed, changes } = done
  if (isDeepStrictEqual({ ...created, ...patch }, created)) {
    expect(changed).toEqual(created)
    expect(changes).toEqual([])
    return
  }
  const { updatedAt } = changed
  const version = created.version + 1
  expect(changed).toEqual({ ...created, ...patch, version, updatedAt })
  expect(changes).toHaveLength(1)
  expect({ ...created, ...changes[0]?.after, version, updatedAt }).toEqual(changed)
  expect({
    ...changed,
    ...changes[0]?.before,
    version: created.version,
    updatedAt: created.updatedAt,
  }).toEqual(created)
}

/** Signs up and logs in. */
async function signedUp(client: ApiClient, members: Input = {}): Promise<ApiClient> {
  const account = { email: `${uuidv7()}@example.com`, password: PASSWORD }
  await client.call('auth.signUp', { ...account, displayName: 'Ada', ...members })
  await client.call('auth.logIn', account)
  return client
}

async function threeLabels(client: ApiClient): Promise<string[]> {
  const labels = ['a', 'b', 'c'].map((name) => client.call('labels.create', { name }))
  return ((await Promise.all(labels)) as Entity[]).map(({ id }) => id)
}

/** Returns a function that reads the changes since its last call. */
async function changeReader(client: ApiClient): Promise<() => Promise<Change[]>> {
  let since = ((await client.call('changes.list', {})) as { nextCursor: string }).nextCursor
  return async () => {
    const page = (await client.call('changes.list', { since })) as { items: Change[]; nextCursor: string }
    since = page.nextCursor
    return page.items
  }
}
