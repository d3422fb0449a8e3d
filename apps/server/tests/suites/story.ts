import { appRouter } from '@todo/api'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { type ApiClient, restClient, rpcClient, sdkClient } from '../support/clients.ts'
import { expectNoCanary } from '../support/canary.ts'
import { normaliser } from '../support/normalise.ts'

const PASSWORD = 'correct horse battery'
const NEW_PASSWORD = 'staple and another'

type Memory = Record<string, { id: string } & Record<string, string>>
type Step = [
  path: string,
  input?: ((memory: Memory) => Record<string, unknown>) | undefined,
  remember?: string,
]

const newId = uuidv7()

/** The calls of one person, with every operation of the router. */
const STORY: Step[] = [
  [
    'auth.signUp',
    ({ me }) => ({ email: me!['email'], password: PASSWORD, displayName: 'Ada', timeZone: 'Europe/Berlin' }),
  ],
  ['auth.logIn', ({ me }) => ({ email: me!['email'], password: PASSWORD, mode: 'body' }), 'tokens'],
  ['auth.refresh', ({ tokens }) => ({ mode: 'body', refreshToken: tokens!['refreshToken'] })],
  ['me.get'],
  ['me.change', () => ({ displayName: 'Ada L.', ifVersion: 1 })],
  ['changes.list', () => ({}), 'start'],
  ['lists.list', () => ({ deleted: false })],
  ['lists.create', () => ({ name: 'Groceries', colour: '#27ae60' }), 'list'],
  ['lists.create', () => ({ name: 'Work' }), 'work'],
  ['lists.get', ({ list }) => ({ id: list!.id })],
  ['lists.change', ({ list }) => ({ id: list!.id, name: 'Shopping', colour: null })],
  ['lists.move', ({ work }) => ({ id: work!.id, afterId: null })],
  ['labels.create', () => ({ name: 'errand' }), 'label'],
  ['labels.create', () => ({ name: 'spare' }), 'spare'],
  ['labels.get', ({ label }) => ({ id: label!.id })],
  ['labels.change', ({ label }) => ({ id: label!.id, colour: '#f2994a' })],
  ['labels.list'],
  [
    'todos.create',
    ({ list, label }) => ({
      title: 'Crème brûlée',
      description: 'For *four*',
      listId: list!.id,
      labelIds: [label!.id],
      priority: 3,
      due: { at: '2030-06-01T18:00:00+02:00', timeZone: 'Europe/Berlin' },
    }),
    'todo',
  ],
  ['todos.create', ({ todo }) => ({ title: 'Vanilla', parentId: todo!.id }), 'subtask'],
  [
    'todos.create',
    () => ({ title: 'In the inbox', start: { date: '2030-01-01' }, due: { date: '2030-01-02' } }),
    'other',
  ],
  ['todos.get', ({ todo }) => ({ id: todo!.id })],
  ['todos.change', ({ todo }) => ({ id: todo!.id, title: 'Crème caramel', due: null, ifVersion: 1 })],
  ['todos.complete', ({ subtask }) => ({ id: subtask!.id })],
  ['todos.reopen', ({ subtask }) => ({ id: subtask!.id })],
  ['todos.move', ({ other, list }) => ({ id: other!.id, listId: list!.id, afterId: null })],
  ['todos.list', () => ({ text: 'creme', completed: false, sort: 'title', order: 'desc', limit: 10 })],
  ['todos.list', () => ({ limit: 2, sort: 'created' }), 'page'],
  ['todos.list', ({ page }) => ({ limit: 2, sort: 'created', cursor: page!['nextCursor'] })],
  ['counts.get'],
  ['todos.delete', ({ todo }) => ({ id: todo!.id })],
  ['todos.list', () => ({ deleted: true })],
  ['todos.restore', ({ todo }) => ({ id: todo!.id })],
  ['todos.delete', ({ other }) => ({ id: other!.id, ifVersion: 2 })],
  ['todos.purge', ({ other }) => ({ id: other!.id })],
  [
    'todos.bulk',
    ({ todo, subtask }) => ({
      operations: [
        { op: 'create', id: newId, title: 'Bulk' },
        { op: 'change', id: newId, priority: 4 },
        { op: 'complete', id: subtask!.id },
        { op: 'delete', id: todo!.id },
      ],
    }),
  ],
  ['labels.delete', ({ label }) => ({ id: label!.id })],
  ['lists.delete', ({ list }) => ({ id: list!.id })],
  ['lists.restore', ({ list }) => ({ id: list!.id })],
  ['lists.delete', ({ list }) => ({ id: list!.id })],
  ['lists.purge', ({ list }) => ({ id: list!.id })],
  ['changes.list', ({ start }) => ({ since: start!['nextCursor'], limit: 100 })],
  ['sessions.list'],
  ['auth.logIn', ({ me }) => ({ email: me!['email'], password: PASSWORD, mode: 'body' })],
  ['sessions.list', undefined, 'sessions'],
  [
    'sessions.revoke',
    ({ sessions }) => ({
      id: (sessions!['items'] as unknown as { id: string; current: boolean }[]).find(
        ({ current }) => !current,
      )!.id,
    }),
  ],
  ['me.changePassword', () => ({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD })],
  ['auth.logOut'],
  ['auth.logIn', ({ me }) => ({ email: me!['email'], password: NEW_PASSWORD, mode: 'body' })],
  ['auth.logOutEverywhere'],
  ['auth.logIn', ({ me }) => ({ email: me!['email'], password: NEW_PASSWORD, mode: 'body' })],
  ['me.delete', () => ({ password: NEW_PASSWORD })],
]

export function storySuite(url: () => string): void {
  describe('one story on three interfaces', () => {
    test('calls every operation of the router', () => {
      const covered = new Set(STORY.map(([path]) => path))
      const missing = Object.keys(appRouter._def.procedures).filter((path) => !covered.has(path))
      expect(missing).toEqual([])
    })

    test('REST, RPC and SDK give the same results, operation by operation', async () => {
      const clients = [restClient(url()), rpcClient(url()), sdkClient(url())]
      const results = await Promise.all(clients.map(play))
      const [byRest = [], ...others] = results
      for (const [index, other] of others.entries()) {
        for (const [step, [path]] of STORY.entries()) {
          expect(other[step], `${clients[index + 1]?.name}: step ${step}, ${path}`).toEqual(byRest[step])
        }
      }
      // If every step returned nothing, the results would be equal, too.
      expect(byRest.filter((result) => result !== undefined).length).toBeGreaterThan(35)
    })
  })
}

async function play(client: ApiClient): Promise<unknown[]> {
  const normalise = normaliser()
  const memory: Memory = { me: { id: '', email: `${client.name.toLowerCase()}.${uuidv7()}@example.com` } }
  const results: unknown[] = []
  for (const [path, input, remember] of STORY) {
    const output = await client.call(path, input?.(memory))
    expectNoCanary(output)
    if (remember !== undefined) memory[remember] = output as Memory[string]
    results.push(normalise(output))
  }
  return results
}
