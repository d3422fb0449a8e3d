import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Field, addField } from './add-field.ts'
import { copyRepository } from './testing/copy-repository.ts'

const EDITED = [
  'prisma/schema.prisma',
  'prisma/src/tables',
  'prisma/migrations',
  'packages/core/src',
  'apps/server/tests/support',
]

test.each<[reason: string, field: Field]>([
  ['must end with a name in camel case', { path: 'todos.estimate_minutes', type: 'smallint' }],
  ['must start with one of', { path: 'sessions.name', type: 'text' }],
  ['already has title', { path: 'todos.title', type: 'text' }],
  // `start` is a member of three columns.
  ['already has startDate', { path: 'todos.startDate', type: 'text' }],
  ['already has todos', { path: 'lists.todos', type: 'integer' }],
  // Its schema would be called like an import.
  ['already has IfVersion', { path: 'lists.ifVersion', type: 'integer' }],
  ['is not a default for smallint', { path: 'todos.effort', type: 'smallint', defaultValue: 'many' }],
  ['is not a default for text', { path: 'todos.effort', type: 'text', defaultValue: "it's" }],
])('%s: nothing is written', async (reason, field) => {
  await using copy = await copyRepository(EDITED)
  const before = await copy.texts()
  await expect(addField(copy.path, field)).rejects.toThrow(reason)
  expect(await copy.texts()).toEqual(before)
})

test('a file without the place for a field: nothing is written', async () => {
  await using copy = await copyRepository(EDITED)
  await writeFile(join(copy.path, 'packages/core/src/todos/schemas.ts'), 'export const Todo = z.any()\n')
  const before = await copy.texts()
  await expect(addField(copy.path, { path: 'todos.effort', type: 'smallint' })).rejects.toThrow(
    'packages/core/src/todos/schemas.ts has no place',
  )
  expect(await copy.texts()).toEqual(before)
})
