import { ERRORS, type Reason } from '@todo/api'
import { type TodoApiError, createTodoClient } from '@todo/client'
import { beforeAll, describe, expect, test } from 'vitest'
import { operations, rest } from '../support/rest.ts'
import { type RpcError, checkRpcError, rpc } from '../support/rpc.ts'
import { SAMPLES, type World, makeWorld } from '../support/world.ts'

type Seen = { code: string; status: number; message: string; errors: { path: string; message: string }[] }

type Case = {
  name: string
  path: string
  /** Ids that the path needs are added if it is an object. */
  input: (world: World) => unknown
  code: Reason
  /** The paths of the field errors. */
  paths?: string[]
  /** A part of the message of the first field error. */
  says?: string
}

const GONE_ID = '01900000-0000-7000-8000-000000000000'
const CREATE = 'todos.create'
const DATE = { date: '2026-12-01' }
const INSTANT = { at: '2026-12-01T09:00:00Z', timeZone: 'Europe/Berlin' }
const FORMS = 'a date such as {"date":"2026-12-24"} or an instant such as'
const thirty = <T>(of: (index: number) => T) => Array.from({ length: 30 }, (_, index) => of(index))

const invalid = (name: string, [path, paths, input]: [string, string[], Case['input']], says = ''): Case => ({
  name,
  path,
  input,
  code: 'VALIDATION_FAILED',
  paths,
  says,
})

const CASES: Case[] = [
  invalid('a blank title', [CREATE, ['title'], () => ({ title: '  ' })]),
  invalid('a title that is too long', [CREATE, ['title'], () => ({ title: 'x'.repeat(501) })]),
  invalid('a missing title', [CREATE, ['title'], () => ({})]),
  invalid('a title of the wrong type', [CREATE, ['title'], () => ({ title: 7 })]),
  invalid('an unknown field', [CREATE, ['colour'], () => ({ title: 'x', colour: 'red' })], 'Unknown field'),
  invalid('an unknown field inside a field', [
    CREATE,
    ['due.x'],
    () => ({ title: 'x', due: { ...DATE, x: 1 } }),
  ]),
  invalid('a number that is too large', [CREATE, ['priority'], () => ({ title: 'x', priority: 5 })]),
  invalid('an id of another version', [
    CREATE,
    ['id'],
    () => ({ title: 'x', id: GONE_ID.replace('-7', '-4') }),
  ]),
  invalid('several errors at once', [CREATE, ['title', 'priority'], () => ({ title: '', priority: 1.5 })]),
  invalid('null as the whole input', [CREATE, [''], () => null], 'expected object'),
  invalid('null as the whole input of a change', ['todos.change', [''], () => null], 'expected object'),
  invalid('a list as the whole input', [CREATE, [''], () => []], 'expected object'),
  invalid('text as the whole input', ['todos.bulk', [''], () => 'text'], 'expected object'),
  invalid('more than 20 unknown fields', [
    CREATE,
    thirty((index) => `member${index}`).slice(0, 20),
    () => ({ title: 'x', ...Object.fromEntries(thirty((index) => [`member${index}`, 1])) }),
  ]),
  invalid('more than 20 wrong ids', [
    CREATE,
    thirty((index) => `labelIds.${index}`).slice(0, 20),
    () => ({ title: 'x', labelIds: thirty(() => 'no id') }),
  ]),
  invalid(
    'a label twice',
    [CREATE, ['labelIds'], ({ label: { id } }) => ({ title: 'x', labelIds: [id, id] })],
    'twice',
  ),
  invalid(
    'a label that does not exist',
    ['todos.change', ['labelIds'], () => ({ labelIds: [GONE_ID] })],
    'does not exist',
  ),
  invalid(
    'a todo moved under itself',
    ['todos.move', ['parentId'], ({ todo: { id } }) => ({ parentId: id })],
    'the todo itself',
  ),
  invalid('a list that is not the parent’s', [
    CREATE,
    ['listId'],
    ({ todo, inbox }) => ({ title: 'x', parentId: todo.id, listId: inbox.id }),
  ]),
  invalid('a common password', [
    'auth.signUp',
    ['password'],
    () => ({ email: 'a@example.com', password: 'password', displayName: 'A' }),
  ]),
  invalid('a wrong password', ['me.delete', ['password'], () => ({ password: 'not this one' })]),

  invalid('a time that is text', [CREATE, ['due'], () => ({ title: 'x', due: '2026-12-01' })], FORMS),
  invalid('a time that is empty', [CREATE, ['due'], () => ({ title: 'x', due: {} })], FORMS),
  invalid(
    'a time of both forms',
    [CREATE, ['due'], () => ({ title: 'x', due: { ...DATE, ...INSTANT } })],
    FORMS,
  ),
  invalid(
    'an instant without its zone',
    [CREATE, ['due.timeZone'], () => ({ title: 'x', due: { at: INSTANT.at } })],
    'IANA time zone',
  ),
  invalid(
    'a zone without its instant',
    ['todos.change', ['start.at'], () => ({ start: { timeZone: 'UTC' } })],
    'RFC 3339 instant',
  ),
  invalid(
    'a date that is none',
    [CREATE, ['due.date'], () => ({ title: 'x', due: { date: '1 May' } })],
    'a day such as',
  ),
  invalid(
    'an operation of a bulk without its kind',
    ['todos.bulk', ['operations.0.op'], () => ({ operations: [{ title: 'x' }] })],
    "Expected 'create' | 'change'",
  ),
  invalid(
    'an operation of a bulk that there is not',
    [
      'todos.bulk',
      ['operations.1.op'],
      ({ todo: { id } }) => ({
        operations: [
          { op: 'complete', id },
          { op: 'paint', id },
        ],
      }),
    ],
    "Expected 'create' | 'change'",
  ),
  invalid(
    'a wrong time in a bulk',
    [
      'todos.bulk',
      ['operations.0.due.timeZone'],
      () => ({ operations: [{ op: 'create', title: 'x', due: { at: INSTANT.at } }] }),
    ],
    'IANA time zone',
  ),
  invalid(
    'a rule that is broken in a bulk',
    [
      'todos.bulk',
      ['operations.0.parentId'],
      ({ todo: { id } }) => ({ operations: [{ op: 'move', id, parentId: id }] }),
    ],
    'the todo itself',
  ),

  invalid(
    'an unknown member of a query',
    ['todos.list', ['colour'], () => ({ colour: 'red' })],
    'Unknown field',
  ),
  invalid('an unknown value in a query', ['todos.list', ['sort'], () => ({ sort: 'colour' })]),
  invalid('a page that is too large', ['todos.list', ['limit'], () => ({ limit: 1_000 })]),
  invalid('text for a number in a query', ['todos.list', ['limit'], () => ({ limit: 'many' })]),
  invalid('text for a boolean in a query', ['todos.list', ['completed'], () => ({ completed: 'perhaps' })]),

  {
    name: 'an invalid id',
    path: 'todos.get',
    input: () => ({ id: 'no id' }),
    code: 'MALFORMED',
    paths: ['id'],
  },
  {
    name: 'an invalid id and more',
    path: 'todos.change',
    input: () => ({ id: 'no id', title: '' }),
    code: 'MALFORMED',
    paths: ['id', 'title'],
  },
  {
    name: 'a cursor that is too long',
    path: 'todos.list',
    input: () => ({ cursor: 'x'.repeat(2_001) }),
    code: 'MALFORMED',
    paths: ['cursor'],
  },
  {
    name: 'a malformed cursor',
    path: 'todos.list',
    input: () => ({ cursor: 'nonsense' }),
    code: 'CURSOR_INVALID',
    paths: ['cursor'],
  },
  {
    name: 'a malformed cursor of the change log',
    path: 'changes.list',
    input: () => ({ since: 'nonsense' }),
    code: 'CURSOR_INVALID',
    paths: ['since'],
  },
  {
    name: 'the version 0',
    path: 'todos.change',
    input: () => ({ title: 'x', ifVersion: 0 }),
    code: 'VERSION_MISMATCH',
  },
  {
    name: 'the version -1',
    path: 'lists.delete',
    input: () => ({ ifVersion: -1 }),
    code: 'VERSION_MISMATCH',
  },
  {
    name: 'a version that is too large',
    path: 'todos.complete',
    input: () => ({ ifVersion: 3_000_000_000 }),
    code: 'VERSION_MISMATCH',
  },
  {
    name: 'the version 0 of a todo that does not exist',
    path: 'todos.change',
    input: () => ({ id: GONE_ID, title: 'x', ifVersion: 0 }),
    code: 'TODO_NOT_FOUND',
  },
  {
    name: 'a version in a bulk call',
    path: 'todos.bulk',
    input: ({ todo: { id } }) => ({ operations: [{ op: 'complete', id, ifVersion: 0 }] }),
    code: 'VERSION_MISMATCH',
    paths: ['operations.0'],
  },
  {
    name: 'a wrong password when logging in',
    path: 'auth.logIn',
    input: ({ email }) => ({ email, password: 'not this one' }),
    code: 'WRONG_CREDENTIALS',
  },
  {
    name: 'a malformed refresh token',
    path: 'auth.refresh',
    input: () => ({ refreshToken: 'x' }),
    code: 'REFRESH_TOKEN_INVALID',
  },
  {
    name: 'the Inbox in the trash',
    path: 'lists.delete',
    input: ({ inbox: { id } }) => ({ id }),
    code: 'INBOX',
  },
  { name: 'an id in use', path: CREATE, input: ({ todo: { id } }) => ({ id, title: 'x' }), code: 'ID_TAKEN' },
]

export function sameErrorsSuite(url: () => string): void {
  describe('REST, RPC and SDK give the same error', () => {
    let world: World
    beforeAll(async () => {
      world = await makeWorld(url())
    })

    test.each(CASES)('for $name: $code', async ({ path, code, paths = [], says = '', ...given }) => {
      const input = withIds(path, given.input(world), world)
      const byRest = await viaRest(url(), { path, input, token: world.token })
      expect(byRest).toMatchObject({ code, status: ERRORS[code].status })
      expect(byRest.errors.map((error) => error.path)).toEqual(paths)
      expect(byRest.errors[0]?.message ?? '').toContain(says)
      for (const via of [viaRpc, viaSdk]) {
        expect(await via(url(), { path, input, token: world.token }), via.name).toEqual(byRest)
      }
    })

    test('a change without fields is not an error', async () => {
      const request = { path: 'todos.change', input: { id: world.todo.id }, token: world.token }
      for (const via of [viaRest, viaRpc, viaSdk]) {
        await expect(via(url(), request)).rejects.toThrow('no error')
      }
    })
  })
}

type Request = { path: string; input: unknown; token: string }

/** Adds the fields that the operation's path contains, from its sample. */
function withIds(path: string, input: unknown, world: World): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  const sample = SAMPLES[path]!(world)
  const ids = operations.get(path)!.pathParameters.map((name) => [name, sample[name]] as const)
  return { ...Object.fromEntries(ids), ...input }
}

async function viaRest(url: string, { path, input, token }: Request): Promise<Seen> {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
  const request = isObject
    ? { input: input as Record<string, unknown> }
    : { input: { id: GONE_ID }, rawBody: JSON.stringify(input) }
  const { status, body } = await rest(url, path, { ...request, token })
  if (status < 400) throw new Error('no error')
  const { code, detail, errors = [] } = body as { code: string; detail: string; errors?: Seen['errors'] }
  return { code, status, message: detail, errors }
}

async function viaRpc(url: string, { path, input, token }: Request): Promise<Seen> {
  const { status: ownStatus, body } = await rpc(url, path, { input, token })
  if (!('error' in body)) throw new Error('no error')
  const { message, data } = body.error as RpcError
  const { reason: code, status, httpStatus, errors = [] } = data
  // tRPC's own members are consistent.
  expect(ownStatus).toBe(httpStatus)
  checkRpcError(path, data)
  return { code, status, message, errors }
}

async function viaSdk(url: string, { path, input, token }: Request): Promise<Seen> {
  const client = createTodoClient({ url, accessToken: token, retry: false })
  const [family = '', name = ''] = path.split('.')
  const calls = client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
  const error = await calls[family]![name]!(input).then(
    () => undefined,
    (thrown: unknown) => thrown as TodoApiError,
  )
  if (!error) throw new Error('no error')
  const { code, status, message, errors } = error
  return { code, status, message, errors: [...errors] }
}
