import { expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { codeOf } from '../testing/code-of.ts'
import { openContext } from '../testing/context.ts'
import { as, changesOf, makeLabel, makeTodo, makeUser } from '../testing/factories.ts'
import { getTodo } from '../todos/get-todo.ts'
import { deleteTodo } from '../trash/trash-todo.ts'
import { changeLabel, createLabel, deleteLabel, getLabel, listLabels } from './labels.ts'

const ctx = await openContext()
const newUser = async () => as(await makeUser(ctx))

const EXISTS = { reason: 'LABEL_EXISTS' }

test('no two labels differ only in upper and lower case', async () => {
  const user = await newUser()
  const errand = await createLabel(user, { name: 'Errand', colour: '#27ae60' })
  expect(errand).toMatchObject({ name: 'Errand', colour: '#27ae60', version: 1 })
  await expect(createLabel(user, { name: 'eRRAND' })).rejects.toMatchObject(EXISTS)
  await expect(createLabel(user, { id: errand.id, name: 'x' })).rejects.toMatchObject({ reason: 'ID_TAKEN' })

  const other = await createLabel(user, { name: 'Über' })
  await expect(createLabel(user, { name: 'über' })).rejects.toMatchObject(EXISTS)
  await expect(changeLabel(user, { id: other.id, name: 'ERRAND' })).rejects.toMatchObject(EXISTS)
  expect(await changeLabel(user, { id: errand.id, name: 'ERRAND' })).toMatchObject({ version: 2 })
  expect(await makeLabel(await newUser(), 'errand')).toMatchObject({ name: 'errand' })
})

test('ten concurrent requests for one name create one label', async () => {
  const user = await newUser()
  const answers = Array.from({ length: 10 }, () => codeOf(createLabel(user, { name: 'x' })))
  expect((await Promise.all(answers)).toSorted()).toEqual([...Array(9).fill('CONFLICT'), 'OK'])
})

test('labels are sorted by name, with accents, case and numbers as people expect', async () => {
  const user = await newUser()
  for (const name of ['b', 'Zoo', 'é', 'item 10', 'item 9', 'A']) await makeLabel(user, name)
  const { items } = await listLabels(user)
  expect(items.map(({ name }) => name)).toEqual(['A', 'b', 'é', 'item 9', 'item 10', 'Zoo'])
})

test('in a change, absent members stay and null clears; the version stays if nothing changes', async () => {
  const user = await newUser()
  const { id } = await createLabel(user, { name: 'x', colour: '#111111' })
  const renamed = await changeLabel(user, { id, name: 'y', ifVersion: 1 })
  expect(renamed).toMatchObject({ name: 'y', colour: '#111111', version: 2 })
  expect(await changeLabel(user, { id, name: 'y', colour: '#111111' })).toEqual(renamed)
  expect(await changeLabel(user, { id, colour: null })).toMatchObject({ colour: null, version: 3 })
  const stale = { reason: 'VERSION_MISMATCH' }
  await expect(changeLabel(user, { id, name: 'z', ifVersion: 2 })).rejects.toMatchObject(stale)
  await expect(deleteLabel(user, { id, ifVersion: 2 })).rejects.toMatchObject(stale)
})

test('deleting a label removes it from all todos, also in the trash, and raises their versions', async () => {
  const user = await newUser()
  const [label, kept] = [await makeLabel(user), await makeLabel(user)]
  const both = await makeTodo(user, { labelIds: [label.id, kept.id] })
  const trashed = await makeTodo(user, { labelIds: [label.id] })
  const without = await makeTodo(user, { labelIds: [kept.id] })
  await deleteTodo(user, { id: trashed.id })

  const changes = await changesOf(user, () => deleteLabel(user, { id: label.id }))
  expect(changes.map(({ entity, entityId, op }) => [entity, entityId, op])).toEqual([
    ['todo', both.id, 'update'],
    ['todo', trashed.id, 'update'],
    ['label', label.id, 'delete'],
  ])
  expect(await getTodo(user, both)).toMatchObject({ labelIds: [kept.id], version: 2 })
  expect(await getTodo(user, trashed)).toMatchObject({ labelIds: [], version: 3 })
  expect(await getTodo(user, without)).toEqual(without)
  await expect(getLabel(user, label)).rejects.toMatchObject({ reason: 'LABEL_NOT_FOUND' })
})

test("another owner's label does not exist", async () => {
  const [user, bob] = [await newUser(), await newUser()]
  const { id } = await makeLabel(user)
  const gone = { reason: 'LABEL_NOT_FOUND' }
  await expect(getLabel(bob, { id })).rejects.toMatchObject(gone)
  await expect(changeLabel(bob, { id, name: 'mine' })).rejects.toMatchObject(gone)
  await expect(deleteLabel(bob, { id })).rejects.toMatchObject(gone)
  await expect(makeTodo(bob, { labelIds: [id] })).rejects.toMatchObject({ reason: 'VALIDATION_FAILED' })
})

test('an account can have 500 labels', async () => {
  const user = await newUser()
  const times = { createdAt: ctx.now(), updatedAt: ctx.now() }
  await ctx.db.label.createMany({
    data: Array.from({ length: 500 }, (_, i) => ({
      ownerId: user.ownerId,
      id: uuidv7(),
      name: `${i}`,
      ...times,
    })),
  })
  await expect(makeLabel(user)).rejects.toMatchObject({ reason: 'LIMIT_REACHED' })
})
