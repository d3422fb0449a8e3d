import type { Todo, List } from '@todo/client'
import { v7 as uuidv7 } from 'uuid'
import { restClient } from './clients.ts'

export const PASSWORD = 'correct horse battery'

/** An account with one entity of each kind, created through REST. */
export type World = {
  email: string
  token: string
  refreshToken: string
  inbox: List
  list: List
  trashedList: List
  todo: Todo
  trashedTodo: Todo
  label: { id: string }
  sessionId: string
}

export async function makeWorld(url: string): Promise<World> {
  const email = `${uuidv7()}@example.com`
  const client = restClient(url)
  await client.call('auth.signUp', { email, password: PASSWORD, displayName: 'Ada' })
  const { refreshToken } = (await client.call('auth.logIn', { email, password: PASSWORD })) as {
    refreshToken: string
  }
  const token = client.token() ?? ''
  const { items: lists } = (await client.call('lists.list')) as { items: List[] }
  const { items: sessions } = (await client.call('sessions.list')) as { items: { id: string }[] }
  const list = (await client.call('lists.create', { name: 'A list' })) as List
  const trashedList = (await client.call('lists.create', { name: 'A list for the trash' })) as List
  await client.call('lists.delete', { id: trashedList.id })
  const label = (await client.call('labels.create', { name: 'label' })) as { id: string }
  const todo = (await client.call('todos.create', { title: 'A todo', listId: list.id })) as Todo
  const trashedTodo = (await client.call('todos.create', { title: 'A todo for the trash' })) as Todo
  await client.call('todos.delete', { id: trashedTodo.id })
  return {
    email,
    token,
    refreshToken,
    inbox: lists[0]!,
    list,
    trashedList,
    todo,
    trashedTodo,
    label,
    sessionId: sessions[0]!.id,
  }
}

/** Valid inputs of all operations, by path; they use the ids of a world. */
export const SAMPLES: Record<string, (world: World) => Record<string, unknown>> = {
  'auth.signUp': () => ({
    email: `${uuidv7()}@example.com`,
    password: PASSWORD,
    displayName: 'Ada',
    timeZone: 'UTC',
  }),
  'auth.logIn': ({ email }) => ({ email, password: PASSWORD, mode: 'body' }),
  'auth.refresh': ({ refreshToken }) => ({ mode: 'body', refreshToken }),
  'auth.logOut': () => ({}),
  'auth.logOutEverywhere': () => ({}),
  'sessions.list': () => ({}),
  'sessions.revoke': ({ sessionId: id }) => ({ id }),
  'me.get': () => ({}),
  'me.change': () => ({ displayName: 'Ada', timeZone: 'Europe/Berlin' }),
  'me.changePassword': () => ({ currentPassword: PASSWORD, newPassword: 'another one entirely' }),
  'me.delete': () => ({ password: PASSWORD }),
  'lists.list': () => ({ archived: false, deleted: false }),
  'lists.get': ({ list: { id } }) => ({ id }),
  'lists.create': () => ({ id: uuidv7(), name: 'New', colour: '#2f80ed' }),
  'lists.change': ({ list: { id } }) => ({ id, name: 'Other', colour: '#2f80ed', archived: true }),
  'lists.move': ({ list: { id }, inbox }) => ({ id, afterId: inbox.id }),
  'lists.delete': ({ list: { id } }) => ({ id }),
  'lists.restore': ({ trashedList: { id } }) => ({ id }),
  'lists.purge': ({ trashedList: { id } }) => ({ id }),
  'labels.list': () => ({}),
  'labels.get': ({ label: { id } }) => ({ id }),
  'labels.create': () => ({ id: uuidv7(), name: 'new', colour: '#2f80ed' }),
  'labels.change': ({ label: { id } }) => ({ id, name: 'other', colour: '#2f80ed' }),
  'labels.delete': ({ label: { id } }) => ({ id }),
  'todos.list': ({ list, label, todo }) => ({
    listId: list.id,
    parentId: todo.id,
    labelId: label.id,
    priority: 1,
    completed: false,
    deleted: false,
    due: 'today',
    dueFrom: '2026-01-01',
    dueTo: '2026-12-31',
    text: 'word',
    sort: 'title',
    order: 'asc',
    limit: 10,
  }),
  'todos.get': ({ todo: { id } }) => ({ id }),
  'todos.create': ({ list, todo, label }) => ({
    id: uuidv7(),
    listId: list.id,
    parentId: todo.id,
    title: 'New',
    description: 'Text',
    labelIds: [label.id],
    priority: 1,
    start: { date: '2026-01-01' },
    due: { at: '2026-01-02T10:00:00Z', timeZone: 'UTC' },
  }),
  'todos.change': ({ todo: { id }, label }) => ({
    id,
    title: 'Other',
    description: 'Text',
    labelIds: [label.id],
    priority: 1,
    start: { date: '2026-01-01' },
    due: { at: '2026-01-02T10:00:00Z', timeZone: 'UTC' },
  }),
  'todos.complete': ({ todo: { id } }) => ({ id }),
  'todos.reopen': ({ todo: { id } }) => ({ id }),
  'todos.move': ({ todo: { id }, inbox }) => ({ id, listId: inbox.id, parentId: null, afterId: null }),
  'todos.delete': ({ todo: { id } }) => ({ id }),
  'todos.restore': ({ trashedTodo: { id } }) => ({ id }),
  'todos.purge': ({ trashedTodo: { id } }) => ({ id }),
  'todos.bulk': ({ todo: { id } }) => ({ operations: [{ op: 'complete', id }] }),
  'counts.get': () => ({}),
  'changes.list': () => ({ limit: 10 }),
}
