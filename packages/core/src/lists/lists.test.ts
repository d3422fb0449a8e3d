import { expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { openContext } from '../testing/context.ts'
import { allTodos, as, changesOf, makeList, makeTodo, makeUser } from '../testing/factories.ts'
import { deleteTodo } from '../trash/trash-todo.ts'
import { getTodo } from '../todos/get-todo.ts'
import { changeList, createList, getList, listLists } from './lists.ts'
import { moveList } from './move-list.ts'
import { ChangeList, CreateList, MoveList } from './schemas.ts'
import { deleteList, purgeList, restoreList } from '../trash/trash-list.ts'

const ctx = await openContext()
const newUser = async () => as(await makeUser(ctx))

const names = async (user: ReturnType<typeof as>) =>
  (await listLists(user, { deleted: false })).items.map(({ name }) => name)

async function userWithLists(...wanted: string[]) {
  const user = await newUser()
  const lists = []
  for (const name of wanted) lists.push(await makeList(user, name))
  return { user, lists, inbox: await inboxOf(user) }
}

async function inboxOf(user: ReturnType<typeof as>) {
  const { items } = await listLists(user, { deleted: false })
  return items.find(({ isInbox }) => isInbox)!
}

test('a list is added after the others, and its id cannot be used twice', async () => {
  const { user } = await userWithLists('A', 'B')
  const id = uuidv7()
  const list = await createList(user, CreateList.parse({ id, name: '  C ', colour: '#2f80ed' }))
  expect(list).toMatchObject({
    id,
    name: 'C',
    colour: '#2f80ed',
    archived: false,
    deletedAt: null,
    version: 1,
  })
  expect(await getList(user, { id })).toEqual(list)
  expect(await names(user)).toEqual(['Inbox', 'A', 'B', 'C'])
  await expect(createList(user, { id, name: 'D' })).rejects.toMatchObject({
    reason: 'ID_TAKEN',
  })
})

test('in a change, absent members stay and null clears; the version rises once', async () => {
  const user = await newUser()
  const list = await createList(user, { name: 'A', colour: '#111111' })
  const renamed = await changeList(user, { id: list.id, name: 'B', ifVersion: 1 })
  expect(renamed).toMatchObject({ name: 'B', colour: '#111111', version: 2 })
  expect(await changeList(user, ChangeList.parse({ id: list.id, name: 'B' }))).toEqual(renamed)
  expect(await changeList(user, { id: list.id, colour: null })).toMatchObject({ colour: null, version: 3 })
  await expect(changeList(user, { id: list.id, name: 'C', ifVersion: 2 })).rejects.toMatchObject({
    reason: 'VERSION_MISMATCH',
  })
})

test('archived lists can be listed separately', async () => {
  const { user, lists } = await userWithLists('A', 'B')
  await changeList(user, { id: lists[0]!.id, archived: true })
  const listed = async (archived?: boolean) =>
    (await listLists(user, { archived, deleted: false })).items.map(({ name }) => name)
  expect(await listed()).toEqual(['Inbox', 'A', 'B'])
  expect(await listed(true)).toEqual(['A'])
  expect(await listed(false)).toEqual(['Inbox', 'B'])
})

test('a list moves to the front, between two others and to the end', async () => {
  const { user, lists } = await userWithLists('A', 'B', 'C')
  const [a, b, c] = lists.map(({ id }) => id) as [string, string, string]
  await moveList(user, { id: c, afterId: null })
  expect(await names(user)).toEqual(['C', 'Inbox', 'A', 'B'])
  await moveList(user, { id: c, afterId: a })
  expect(await names(user)).toEqual(['Inbox', 'A', 'C', 'B'])
  await moveList(user, { id: a, afterId: b })
  expect(await names(user)).toEqual(['Inbox', 'C', 'B', 'A'])
  await moveList(user, MoveList.parse({ id: c.toUpperCase(), afterId: a.toUpperCase() }))
  expect(await names(user)).toEqual(['Inbox', 'B', 'A', 'C'])
  await expect(moveList(user, { id: a, afterId: a })).rejects.toMatchObject({ reason: 'LIST_NOT_FOUND' })
  await expect(moveList(user, { id: a, afterId: uuidv7() })).rejects.toMatchObject({
    reason: 'LIST_NOT_FOUND',
  })
})

test('sixty moves into one gap renumber the lists and keep their order', async () => {
  const { user, lists, inbox } = await userWithLists('A', 'B', 'C')
  const [, b, c] = lists.map(({ id }) => id) as [string, string, string]
  await moveList(user, { id: c, afterId: inbox.id })
  for (let i = 1; i < 60; i += 1) {
    await moveList(user, { id: i % 2 ? b : c, afterId: inbox.id })
    expect(await names(user)).toEqual(['Inbox', ...(i % 2 ? ['B', 'C'] : ['C', 'B']), 'A'])
  }
  const { items } = await listLists(user, { deleted: false })
  expect(new Set(items.map(({ position }) => position)).size).toBe(4)
})

test('renumbering writes only the lists whose position changes', async () => {
  const { user, lists, inbox } = await userWithLists('A', 'B')
  const [a, b] = lists.map(({ id }) => id) as [string, string]
  const place = (id: string, position: number) =>
    ctx.db.list.update({ where: { ownerId_id: { ownerId: user.ownerId, id } }, data: { position } })
  await Promise.all([place(inbox.id, 1), place(a, 1 + Number.EPSILON), place(b, 9)])
  const changes = await changesOf(user, () => moveList(user, { id: b, afterId: inbox.id }))
  expect(changes.map(({ entityId, after }) => [entityId, after])).toEqual([
    [a, { position: 3 }],
    [b, { position: 2 }],
  ])
})

test('the Inbox can be renamed, but neither archived nor deleted', async () => {
  const { user, inbox } = await userWithLists()
  expect(await changeList(user, { id: inbox.id, name: 'Incoming' })).toMatchObject({ isInbox: true })
  const conflict = { reason: 'INBOX' }
  await expect(changeList(user, { id: inbox.id, archived: true })).rejects.toMatchObject(conflict)
  await expect(deleteList(user, { id: inbox.id })).rejects.toMatchObject(conflict)
})

test('a list is restored with the todos that were moved to the trash with it', async () => {
  const { user, lists } = await userWithLists('A', 'B')
  const [list, other] = lists as [(typeof lists)[0], (typeof lists)[0]]
  const [kept, trashed] = [
    await makeTodo(user, { listId: list.id }),
    await makeTodo(user, { listId: list.id }),
  ]
  const [subtask, elsewhere] = [
    await makeTodo(user, { parentId: kept.id }),
    await makeTodo(user, { listId: other.id }),
  ]
  await deleteTodo(user, { id: trashed.id })
  await expect(deleteList(user, { id: list.id, ifVersion: 7 })).rejects.toMatchObject({
    reason: 'VERSION_MISMATCH',
  })
  await deleteList(user, { id: list.id, ifVersion: 1 })

  expect(await names(user)).toEqual(['Inbox', 'B'])
  expect((await listLists(user, { deleted: true })).items).toMatchObject([{ name: 'A', version: 2 }])
  expect((await allTodos(user)).map(({ id }) => id)).toEqual([elsewhere.id])
  const gone = { reason: 'LIST_NOT_FOUND' }
  await expect(getList(user, { id: list.id })).rejects.toMatchObject(gone)
  await expect(changeList(user, { id: list.id, name: 'C' })).rejects.toMatchObject(gone)
  await expect(deleteList(user, { id: list.id })).rejects.toMatchObject(gone)
  await expect(makeTodo(user, { listId: list.id })).rejects.toMatchObject(gone)

  expect(await restoreList(user, { id: list.id })).toMatchObject({ deletedAt: null, version: 3 })
  const back = (await allTodos(user, { listId: list.id })).map(({ id, version }) => [id, version])
  expect(back).toEqual([
    [kept.id, 3],
    [subtask.id, 3],
  ])
  expect((await getTodo(user, { id: trashed.id })).deletedAt).not.toBe(null)
  await expect(restoreList(user, { id: list.id })).rejects.toMatchObject(gone)
})

test('purging a list in the trash permanently deletes it with its todos', async () => {
  const { user, lists } = await userWithLists('A')
  const { id } = lists[0]!
  const todo = await makeTodo(user, { listId: id })
  const subtask = await makeTodo(user, { parentId: todo.id })
  await expect(purgeList(user, { id })).rejects.toMatchObject({ reason: 'LIST_NOT_FOUND' })
  await deleteList(user, { id })
  const changes = await changesOf(user, () => purgeList(user, { id }))
  expect(changes.map(({ op, entityId, after }) => [op, entityId, after])).toEqual([
    ['delete', todo.id, null],
    ['delete', subtask.id, null],
    ['delete', id, null],
  ])
  await expect(getTodo(user, { id: subtask.id })).rejects.toMatchObject({ reason: 'TODO_NOT_FOUND' })
  expect((await listLists(user, { deleted: true })).items).toEqual([])
})

test('an account can have 500 lists, including those in the trash', async () => {
  const { user, inbox } = await userWithLists('A')
  const row = await ctx.db.list.findUniqueOrThrow({
    where: { ownerId_id: { ownerId: user.ownerId, id: inbox.id } },
  })
  const data = Array.from({ length: 497 }, (_, i) => ({ ...row, id: uuidv7(), isInbox: false, name: `${i}` }))
  await ctx.db.list.createMany({ data })
  await makeList(user)
  await expect(makeList(user)).rejects.toMatchObject({ reason: 'LIMIT_REACHED' })
})

test("another owner's list does not exist", async () => {
  const { user, lists } = await userWithLists('A')
  const { id } = lists[0]!
  const bob = await newUser()
  const inbox = await inboxOf(bob)
  const refused = [
    getList(bob, { id }),
    changeList(bob, { id, name: 'mine' }),
    moveList(bob, { id, afterId: null }),
    moveList(bob, { id: inbox.id, afterId: id }),
    deleteList(bob, { id }),
    makeTodo(bob, { listId: id }),
  ]
  for (const result of await Promise.allSettled(refused)) {
    expect(result).toMatchObject({ reason: { reason: 'LIST_NOT_FOUND' } })
  }
  await deleteList(user, { id })
  await expect(restoreList(bob, { id })).rejects.toMatchObject({ reason: 'LIST_NOT_FOUND' })
  await expect(purgeList(bob, { id })).rejects.toMatchObject({ reason: 'LIST_NOT_FOUND' })
  await restoreList(user, { id })
  expect(await names(user)).toEqual(['Inbox', 'A'])
  // Ids are unique per owner only.
  expect(await createList(bob, { id, name: 'B' })).toMatchObject({ id })
})
