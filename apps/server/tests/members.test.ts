import { ACCOUNTS, type EditableOf, LABELS, LISTS, TODOS, type Table } from '@todo/db'
import { type TestDatabase, createTestDatabase } from '@todo/db/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ApiClient, restClient, rpcClient, sdkClient } from './support/clients.ts'
import { operations } from './support/rest.ts'
import { type TestServer, startServer } from './support/server.ts'
import { PASSWORD } from './support/world.ts'

// Writes every editable field and reads it back through every interface, and from the change log. A field that is
// missing in a schema, a table of columns or a statement fails here; a new field does not compile until it has values.

type Values<T> = { [K in keyof EditableOf<T>]: [first: EditableOf<T>[K], second: EditableOf<T>[K]] }

const todoValues = ([first, second]: [string, string]): Values<typeof TODOS> => ({
  title: ['Buy oat milk', 'Buy two oat milks'],
  description: ['The **barista** one', 'Any'],
  labelIds: [[first], [second, first]],
  priority: [4, 1],
  start: [{ date: '2026-03-29' }, { at: '2026-03-29T00:59:59.999Z', timeZone: 'Europe/Berlin' }],
  due: [{ at: '2026-12-24T17:00:00.000Z', timeZone: 'America/New_York' }, { date: '2026-12-24' }],
})

const LIST_VALUES: Values<typeof LISTS> = {
  name: ['Groceries', 'Shopping'],
  colour: ['#27ae60', '#2f80ed'],
  archived: [true, false],
}

const LABEL_VALUES: Values<typeof LABELS> = { name: ['errand', 'errands'], colour: ['#f2994a', '#eb5757'] }

const ACCOUNT_VALUES: Values<typeof ACCOUNTS> = {
  displayName: ['Ada', 'Ada Lovelace'],
  timeZone: ['Europe/London', 'Asia/Tokyo'],
}

type Entity = { id: string } & Record<string, unknown>
type Change = { entityId: string; op: string; before: Entity | null; after: Entity | null }

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

const FAMILIES = [
  { family: 'todos', table: TODOS },
  { family: 'lists', table: LISTS },
  { family: 'labels', table: LABELS },
  { family: 'me', table: ACCOUNTS },
] as const

describe.for([
  ['REST', restClient],
  ['RPC', rpcClient],
  ['SDK', sdkClient],
] as const)('by %s', ([, open]) => {
  test.for(FAMILIES)(
    'each member of $family that people set is kept and logged',
    async ({ family, table }) => {
      const caller = await signedUp(open(server.url))
      const values = await valuesFor(caller, family)
      const [first, second] = [0, 1].map((which) =>
        Object.fromEntries(Object.entries(values).map(([name, pair]) => [name, pair[which]])),
      ) as [Entity, Entity]

      const created = await createOrGet(caller, family, first)
      const id = { ...(family !== 'me' && { id: created.id }) }
      const since = await cursor(caller)
      const changed = (await caller.call(`${family}.change`, { ...id, ...second })) as Entity
      expect(changed).toMatchObject(second)
      expect(await caller.call(`${family}.get`, id)).toEqual(changed)
      expect(await fromList(caller, family, created.id)).toEqual(family === 'me' ? undefined : changed)
      const { before, after } = await lastChange(caller, since)
      const differing = Object.keys(second).filter((name) => !same(created[name], second[name]))
      expect(differing.length).toBeGreaterThan(0)
      for (const name of differing)
        expect({ before: before?.[name], after: after?.[name] }).toEqual({
          before: created[name],
          after: second[name],
        })
      expect(Object.keys(created).sort()).toEqual(shownMembers(table))
    },
  )
})

test.for(FAMILIES)(
  'the inputs of $family take the members of the table, and no others',
  ({ family, table }) => {
    const editable = Object.entries(table.members as Table['members'])
      .filter(([, member]) => member.editable === true)
      .map(([name]) => name)
    expect(inputMembers(`${family}.change`)).toEqual(editable.toSorted())
    if (family === 'todos') expect(inputMembers('todos.create')).toEqual(editable.toSorted())
  },
)

const NOT_EDITABLE = new Set(['id', 'ifVersion', 'listId', 'parentId'])

function inputMembers(path: string): string[] {
  const members = Object.keys(operations.get(path)?.input?.shape ?? {})
  return members.filter((name) => !NOT_EDITABLE.has(name)).sort()
}

function shownMembers({ members }: Table): string[] {
  return Object.keys(members)
    .filter((name) => members[name]?.hidden !== true)
    .sort()
}

async function signedUp(caller: ApiClient): Promise<ApiClient> {
  const account = { email: `${uuidv7()}@example.com`, password: PASSWORD }
  await caller.call('auth.signUp', { ...account, displayName: 'Ada' })
  await caller.call('auth.logIn', account)
  return caller
}

async function valuesFor(caller: ApiClient, family: string): Promise<Record<string, [unknown, unknown]>> {
  if (family === 'lists') return LIST_VALUES
  if (family === 'labels') return LABEL_VALUES
  if (family === 'me') return ACCOUNT_VALUES
  const labels = [
    await caller.call('labels.create', { name: 'a' }),
    await caller.call('labels.create', { name: 'b' }),
  ]
  return todoValues((labels as Entity[]).map(({ id }) => id) as [string, string])
}

/** Creates an entity with the values that its create accepts, and checks that they are stored and logged. */
async function createOrGet(
  caller: ApiClient,
  family: string,
  values: Record<string, unknown>,
): Promise<Entity> {
  if (family === 'me') return (await caller.call('me.change', values)) as Entity
  const taken = new Set(inputMembers(`${family}.create`))
  const input = Object.fromEntries(Object.entries(values).filter(([name]) => taken.has(name)))
  const since = await cursor(caller)
  const created = (await caller.call(`${family}.create`, input)) as Entity
  expect(created).toMatchObject(input)
  expect(await caller.call(`${family}.get`, { id: created.id })).toEqual(created)
  expect((await lastChange(caller, since)).after).toEqual(created)
  return created
}

async function cursor(caller: ApiClient): Promise<string> {
  return ((await caller.call('changes.list', {})) as { nextCursor: string }).nextCursor
}

async function lastChange(caller: ApiClient, since: string): Promise<Change> {
  const { items } = (await caller.call('changes.list', { since })) as { items: Change[] }
  expect(items).toHaveLength(1)
  return items[0] as Change
}

async function fromList(caller: ApiClient, family: string, id: string): Promise<Entity | undefined> {
  if (family === 'me') return undefined
  const { items } = (await caller.call(`${family}.list`, {})) as { items: Entity[] }
  return items.find((item) => item.id === id)
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
