import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addOperation } from './add-operation.ts'
import { copyRepository } from './testing/copy-repository.ts'

const EDITED = ['packages/core/src', 'packages/api/src', 'apps/server/tests']

test.each([
  ['must end with a name in camel case', 'todos.mark-as-read'],
  ['must end with a name in camel case', 'todos.archive.all'],
  ['must start with one of', 'sessions.revoke'],
  ['already has complete', 'todos.complete'],
  ['already has restoreList', 'lists.restore'],
])('%s, %s: nothing is written', async (reason, path) => {
  await using copy = await copyRepository(EDITED)
  const before = await copy.texts()
  await expect(async () => addOperation(copy.path, path, 'query')).rejects.toThrow(reason)
  expect(await copy.texts()).toEqual(before)
})

test('a file without the place for an operation: nothing is written', async () => {
  await using copy = await copyRepository(EDITED)
  await writeFile(join(copy.path, 'apps/server/tests/suites/story.ts'), 'const STORY = []\n')
  const before = await copy.texts()
  await expect(addOperation(copy.path, 'todos.archive', 'mutation')).rejects.toThrow('story.ts has no place')
  expect(await copy.texts()).toEqual(before)
})
