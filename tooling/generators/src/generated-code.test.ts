import '@todo/testing'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { addField } from './add-field.ts'
import { addOperation } from './add-operation.ts'
import { copyRepository } from './testing/copy-repository.ts'

const COMPILED = ['tsconfig.base.json', 'prisma', 'packages', 'tooling', 'apps/server']

const READS_THEM_BACK = `import { expect, test } from 'vitest'
import { changeLabel, createLabel } from './labels/labels.ts'
import { CreateLabel } from './labels/schemas.ts'
import { changeList, createList } from './lists/lists.ts'
import { CreateList } from './lists/schemas.ts'
import { openContext } from './testing/context.ts'
import { makeUser, as } from './testing/factories.ts'
import { changeTodo } from './todos/change-todo.ts'
import { createTodo } from './todos/create-todo.ts'
import { CreateTodo } from './todos/schemas.ts'

const user = as(await makeUser(await openContext()))

test('a nullable number of a todo', async () => {
  const todo = await createTodo(user, CreateTodo.parse({ title: 'x', estimateMinutes: 25 }))
  expect(todo.estimateMinutes).toBe(25)
  expect((await changeTodo(user, { id: todo.id, estimateMinutes: null })).estimateMinutes).toBe(null)
})

test('a boolean of a todo', async () => {
  const todo = await createTodo(user, CreateTodo.parse({ title: 'x' }))
  expect(todo.pinned).toBe(false)
  expect((await changeTodo(user, { id: todo.id, pinned: true })).pinned).toBe(true)
})

test('a text of a list', async () => {
  const list = await createList(user, CreateList.parse({ name: 'x' }))
  expect(list.viewMode).toBe('as cards')
  expect((await changeList(user, { id: list.id, viewMode: 'as rows' })).viewMode).toBe('as rows')
})

test('a nullable integer of a label', async () => {
  const label = await createLabel(user, CreateLabel.parse({ name: 'x', sortKey: 70_000 }))
  expect(label.sortKey).toBe(70_000)
  expect((await changeLabel(user, { id: label.id, sortKey: null })).sortKey).toBe(null)
})
`

test('generated fields and operations compile and pass the tests of their packages', async () => {
  await using copy = await copyRepository(COMPILED, { TEST_DATABASE_URL: inject('testServerUrl') })
  await addField(copy.path, { path: 'todos.estimateMinutes', type: 'smallint' })
  await addField(copy.path, { path: 'todos.pinned', type: 'boolean', defaultValue: 'false' })
  await addField(copy.path, { path: 'lists.viewMode', type: 'text', defaultValue: 'as cards' })
  await addField(copy.path, { path: 'labels.sortKey', type: 'integer' })
  await addOperation(copy.path, 'todos.nearby', 'query')
  await addOperation(copy.path, 'labels.markAsRead', 'mutation')

  await writeFile(join(copy.path, 'packages/core/src/generated-fields.test.ts'), READS_THEM_BACK)
  await copy.run('prisma', 'prisma', 'generate', '--no-hints')
  await copy.run('.', 'node', 'packages/client/scripts/generate-contract.ts')
  await copy.run('.', 'tsc', '-b', 'apps/server')
  const tests = ['generated-fields', 'nearby-todo', 'mark-as-read-label'].map((name) => `${name}.test.ts`)
  expect(await copy.run('packages/core', 'vitest', 'run', ...tests)).toMatch(/ 8 passed/)
  const declarations = await copy.run('packages/api', 'vitest', 'run', '--reporter=verbose')
  expect(declarations).toContain('todos.nearby > is documented')
  expect(declarations).toContain('labels.markAsRead > is documented')
  const story = await copy.run('apps/server', 'vitest', 'run', 'tests/api.test.ts', '-t', 'one story')
  expect(story).toMatch(/ 2 passed/)
}, 600_000)
