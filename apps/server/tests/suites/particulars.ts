import type { Database } from '@todo/db'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { operations, rest } from '../support/rest.ts'
import { strangersToken } from '../support/tokens.ts'
import { PASSWORD, SAMPLES, type World, makeWorld } from '../support/world.ts'

type Suite = {
  url: string
  pool: Database['pool']
  /** A server that cannot check passwords, because its queue is full. */
  busyUrl: string
}
type Case = [path: string, code: string, input: (world: World) => Record<string, unknown>]

const GONE_ID = '01900000-0000-7000-8000-000000000000'

/** Errors that need no more than an account with some data. */
const REFUSED: Case[] = [
  ['lists.create', 'ID_TAKEN', ({ list: { id } }) => ({ id, name: 'Again' })],
  ['lists.change', 'INBOX', ({ inbox: { id } }) => ({ id, archived: true })],
  ['lists.delete', 'INBOX', ({ inbox: { id } }) => ({ id })],
  ['labels.create', 'ID_TAKEN', ({ label: { id } }) => ({ id, name: 'again' })],
  ['labels.create', 'LABEL_EXISTS', () => ({ name: 'LABEL' })],
  ['todos.list', 'CURSOR_INVALID', () => ({ cursor: 'nonsense' })],
  ['todos.create', 'ID_TAKEN', ({ todo: { id } }) => ({ id, title: 'Again' })],
  ['todos.create', 'LIST_NOT_FOUND', () => ({ title: 'x', listId: GONE_ID })],
  ['todos.create', 'LIST_NOT_FOUND', ({ trashedList: { id } }) => ({ title: 'x', listId: id })],
  ['todos.create', 'TODO_NOT_FOUND', ({ trashedTodo: { id } }) => ({ title: 'x', parentId: id })],
  ['todos.move', 'LIST_NOT_FOUND', ({ todo: { id } }) => ({ id, listId: GONE_ID })],
  ['todos.bulk', 'ID_TAKEN', ({ todo: { id } }) => ({ operations: [{ op: 'create', id, title: 'Again' }] })],
  ['todos.bulk', 'LIST_NOT_FOUND', () => ({ operations: [{ op: 'create', title: 'x', listId: GONE_ID }] })],
  ['todos.bulk', 'PARENT_DELETED', ({ todo }) => ({ operations: restoredUnderTrash(todo.id) })],
  ['changes.list', 'CURSOR_INVALID', () => ({ since: 'nonsense' })],
]

function restoredUnderTrash(parentId: string) {
  const id = uuidv7()
  return [
    { op: 'create', id, parentId, title: 'x' },
    { op: 'delete', id },
    { op: 'delete', id: parentId },
    { op: 'restore', id },
  ]
}

export function particularsSuite(suite: () => Suite): void {
  describe('responses of particular operations', () => {
    test.each(REFUSED)('%s: %s', async (path, code, input) => {
      const world = await makeWorld(suite().url)
      const { body } = await rest(suite().url, path, { input: input(world), token: world.token })
      expect(body).toMatchObject({ code })
    })

    test.each([
      ['lists.create', 'lists', 'position'],
      ['labels.create', 'labels', 'version'],
    ])('%s: LIMIT_REACHED with the 500th', async (path, table, column) => {
      const { url, pool } = suite()
      const { token, inbox } = await makeWorld(url)
      const { rows } = await pool.query<{ id: string }>('SELECT owner_id AS id FROM lists WHERE id = $1', [
        inbox.id,
      ])
      await pool.query(
        `INSERT INTO ${table} (owner_id, id, name, ${column}, created_at, updated_at)
         SELECT $1, gen_random_uuid(), 'number ' || n, n, now(), now() FROM generate_series(1, 500) AS n`,
        [rows[0]?.id],
      )
      const { body } = await rest(url, path, { token, input: { name: 'one too many' } })
      expect(body).toMatchObject({ code: 'LIMIT_REACHED' })
    })

    test('while too many passwords are being checked: TOO_BUSY', async () => {
      const { url, busyUrl } = suite()
      const world = await makeWorld(url)
      for (const path of ['auth.signUp', 'auth.logIn', 'me.changePassword', 'me.delete']) {
        const { body } = await rest(busyUrl, path, { input: SAMPLES[path]!(world), token: world.token })
        expect(body, path).toMatchObject({ code: 'TOO_BUSY' })
      }
    })

    test('labels.change: 409 for a name in use; todos.restore: 409 under a list in the trash', async () => {
      const { url } = suite()
      const { token, label, list, todo } = await makeWorld(url)
      await rest(url, 'labels.create', { token, input: { name: 'other' } })
      const renamed = await rest(url, 'labels.change', { token, input: { id: label.id, name: 'Other' } })
      expect(renamed.body).toMatchObject({ status: 409, code: 'LABEL_EXISTS' })
      await rest(url, 'lists.delete', { token, input: { id: list.id } })
      const restored = await rest(url, 'todos.restore', { token, input: { id: todo.id } })
      expect(restored.body).toMatchObject({ status: 409, code: 'PARENT_DELETED' })
    })

    test('a token of a deleted account: 404', async () => {
      const { url } = suite()
      const token = strangersToken()
      const inputs = {
        'me.get': {},
        'me.change': { displayName: 'Ada' },
        'me.changePassword': { currentPassword: PASSWORD, newPassword: 'another one entirely' },
        'me.delete': { password: PASSWORD },
        'counts.get': {},
        'todos.list': { due: 'today' },
        'changes.list': {},
      }
      for (const [path, input] of Object.entries(inputs)) {
        expect((await rest(url, path, { token, input })).body, path).toMatchObject({
          status: 404,
          code: 'ACCOUNT_NOT_FOUND',
        })
      }
    })

    test('todos.bulk: all or nothing, and the error names the operation that failed', async () => {
      const { url } = suite()
      const { token, todo } = await makeWorld(url)
      const id = uuidv7()
      const failing = [
        [404, { op: 'complete', id: GONE_ID }],
        [412, { op: 'complete', id: todo.id, ifVersion: 99 }],
        [422, { op: 'change', id: todo.id, labelIds: [GONE_ID] }],
        [422, { op: 'change', id: todo.id, title: '' }],
      ] as const
      for (const [expected, operation] of failing) {
        const operations = [{ op: 'create', id, title: 'Not to stay' }, operation]
        const { status, body } = await rest(url, 'todos.bulk', { token, input: { operations } })
        expect(status).toBe(expected)
        expect((body as { errors: { path: string }[] }).errors[0]?.path).toMatch(/^operations\.1/)
        expect((await rest(url, 'todos.get', { token, input: { id } })).status).toBe(404)
      }
    })

    test('auth: 401 for a wrong password, an unknown address and an invalid refresh token', async () => {
      const { url } = suite()
      const { email } = await makeWorld(url)
      const wrong = await rest(url, 'auth.logIn', { input: { email, password: 'not the password' } })
      const unknown = await rest(url, 'auth.logIn', {
        input: { email: `${uuidv7()}@example.com`, password: PASSWORD },
      })
      expect(wrong.status).toBe(401)
      expect({ ...(wrong.body as object), requestId: '' }).toEqual({
        ...(unknown.body as object),
        requestId: '',
      })
      expect((await rest(url, 'auth.refresh', { input: { refreshToken: 'spent' } })).status).toBe(401)
    })

    test('auth: the scheme Bearer is read in upper and lower case, with any number of spaces', async () => {
      const { url } = suite()
      const { token } = await makeWorld(url)
      const answered = async (authorization: string) => {
        const response = await fetch(`${url}/api/v1/me`, { headers: { authorization } })
        return ((await response.json()) as { code?: string }).code ?? response.status
      }
      for (const authorization of [`Bearer ${token}`, `bearer  ${token}`])
        expect(await answered(authorization)).toBe(200)
      for (const authorization of ['', 'Bearer', 'Basic YTpi', token, `Bearer${token}`])
        expect(await answered(authorization)).toBe('TOKEN_MISSING')
      for (const authorization of [`Bearer ${token} ${token}`, `Bearer Bearer ${token}`])
        expect(await answered(authorization)).toBe('TOKEN_INVALID')
    })

    test('auth: signing up twice gives the same answer, and the first account stays', async () => {
      const { url } = suite()
      const { email } = await makeWorld(url)
      const again = await rest(url, 'auth.signUp', {
        input: { email, password: 'some other password', displayName: 'Eve' },
      })
      expect(again.status).toBe(204)
      expect(
        (await rest(url, 'auth.logIn', { input: { email, password: 'some other password' } })).status,
      ).toBe(401)
      expect((await rest(url, 'auth.logIn', { input: { email, password: PASSWORD } })).status).toBe(200)
    })

    test('auth: in mode cookie the refresh token is in a __Host- cookie and in no body', async () => {
      const { url } = suite()
      const { email } = await makeWorld(url)
      const logIn = await rest(url, 'auth.logIn', { input: { email, password: PASSWORD, mode: 'cookie' } })
      const cookie = logIn.headers.get('set-cookie') ?? ''
      expect(cookie).toMatch(
        /^__Host-refresh=[\w-]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      )
      expect(logIn.body).not.toHaveProperty('refreshToken')
      const headers = { cookie: cookie.split(';')[0]! }
      const refreshed = await rest(url, 'auth.refresh', { input: { mode: 'cookie' }, headers })
      expect(refreshed.status).toBe(200)
      expect(refreshed.body).not.toHaveProperty('refreshToken')
      const { accessToken: token } = refreshed.body as { accessToken: string }
      const out = await rest(url, 'auth.logOut', { token })
      expect(out.headers.get('set-cookie')).toMatch(/^__Host-refresh=; Max-Age=0/)
    })

    test('a session that has ended is refused by every operation', async () => {
      const { url } = suite()
      const world = await makeWorld(url)
      const { token } = world
      await rest(url, 'auth.logOut', { token })
      await expect
        .poll(async () => (await rest(url, 'me.get', { token })).body, { interval: 50 })
        .toMatchObject({ code: 'SESSION_ENDED' })
      for (const [path, { openapi }] of operations) {
        if (!openapi.protect) continue
        const { body } = await rest(url, path, { token, input: SAMPLES[path]!(world) })
        expect(body, path).toMatchObject({ code: 'SESSION_ENDED' })
      }
    })

    test('changes.list: 410 when the log no longer goes back to the cursor', async () => {
      const { url, pool } = suite()
      const { token, todo } = await makeWorld(url)
      const { body } = await rest(url, 'changes.list', { token })
      const since = (body as { nextCursor: string }).nextCursor
      for (const title of ['one', 'two', 'three'])
        await rest(url, 'todos.change', { token, input: { id: todo.id, title } })
      const page = await rest(url, 'changes.list', { token, input: { since, limit: 2 } })
      expect(page.body).toMatchObject({
        items: [{ after: { title: 'one' } }, { after: { title: 'two' } }],
        hasMore: true,
      })
      await pool.query("DELETE FROM changes WHERE entity_id = $1 AND after ->> 'title' = 'one'", [todo.id])
      expect((await rest(url, 'changes.list', { token, input: { since } })).body).toMatchObject({
        status: 410,
        code: 'CURSOR_EXPIRED',
      })
      const onRpc = await fetch(
        `${url}/trpc/changes.list?input=${encodeURIComponent(JSON.stringify({ since }))}`,
        {
          headers: { authorization: `Bearer ${token}` },
        },
      )
      expect(onRpc.status).toBe(404)
      expect(await onRpc.json()).toMatchObject({
        error: { data: { code: 'NOT_FOUND', httpStatus: 404, reason: 'CURSOR_EXPIRED', status: 410 } },
      })
    })

    test('ETag: 304 for If-None-Match, 412 for If-Match after a change, HEAD as GET', async () => {
      const { url } = suite()
      const world = await makeWorld(url)
      const { token } = world
      const resources = {
        'me.get': {},
        'lists.get': { id: world.list.id },
        'labels.get': { id: world.label.id },
        'todos.get': { id: world.todo.id },
      }
      const withEtag = [...operations.values()].filter(
        ({ rest: meta, openapi }) => meta.etag !== undefined && openapi.method === 'GET',
      )
      expect(withEtag.map(({ path }) => path).sort()).toEqual(Object.keys(resources).sort())
      for (const [path, input] of Object.entries(resources)) {
        const { headers } = await rest(url, path, { token, input })
        const etag = headers.get('etag')!
        for (const match of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
          const cached = await rest(url, path, { token, input, headers: { 'if-none-match': match } })
          expect([cached.status, cached.headers.get('etag')], match).toEqual([304, etag])
        }
        expect((await rest(url, path, { token, input, headers: { 'if-none-match': '"999"' } })).status).toBe(
          200,
        )
        const head = await rest(url, path, { token, input, method: 'HEAD' })
        expect([head.status, head.headers.get('etag'), head.body]).toEqual([200, etag, undefined])
      }
    })

    test('If-Match with the version writes; Location leads to what was created', async () => {
      const { url } = suite()
      const { token, todo } = await makeWorld(url)
      const changed = await rest(url, 'todos.change', {
        token,
        input: { id: todo.id, title: 'Changed', ifVersion: todo.version },
      })
      expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"'])
      const merged = await rest(url, 'todos.change', {
        token,
        input: { id: todo.id, due: null, title: 'Merged' },
        headers: { 'content-type': 'application/merge-patch+json', 'if-match': '*' },
      })
      expect(merged.status).toBe(200)
      const created = await rest(url, 'todos.create', { token, input: { title: 'New' } })
      const found = await fetch(new URL(created.headers.get('location')!, url), {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(await found.json()).toEqual(created.body)
    })
  })
}
