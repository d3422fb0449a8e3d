import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import '@todo/testing'
import { expect, inject, test } from 'vitest'
import { addField } from './add-field.ts'

const ROOT = join(import.meta.dirname, '../../..')
const COPIED = ['tsconfig.base.json', 'prisma', 'packages/core', 'packages/postgres', 'tooling']
const run = promisify(execFile)

const READS_IT_BACK = `import { expect, test } from 'vitest'
import { openContext } from '../testing/context.ts'
import { makeUser, as } from '../testing/factories.ts'
import { changeTodo } from './change-todo.ts'
import { createTodo } from './create-todo.ts'
import { CreateTodo } from './schemas.ts'

test('the new member is stored and changed', async () => {
  const user = as(await makeUser(await openContext()))
  const todo = await createTodo(user, CreateTodo.parse({ title: 'x', estimateMinutes: 25 }))
  expect(todo.estimateMinutes).toBe(25)
  const changed = await changeTodo(user, { id: todo.id, estimateMinutes: null })
  expect(changed.estimateMinutes).toBe(null)
})
`

test('a generated field compiles, migrates, and is stored and read back', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'todo-field-'))
  await mkdir(join(dir.path, 'packages'))
  // Links of pnpm are relative, so the packages in the copy find each other.
  for (const path of COPIED)
    await cp(join(ROOT, path), join(dir.path, path), { recursive: true, verbatimSymlinks: true })
  await symlink(join(ROOT, 'node_modules'), join(dir.path, 'node_modules'))

  await addField(dir.path, 'estimateMinutes', 'smallint')
  const [data, core] = [join(dir.path, 'prisma'), join(dir.path, 'packages/core')]
  await writeFile(join(core, 'src/todos/generated-field.test.ts'), READS_IT_BACK)
  await run(join(data, 'node_modules/.bin/prisma'), ['generate', '--no-hints'], { cwd: data })
  await run(join(ROOT, 'node_modules/.bin/tsc'), ['-b'], { cwd: core })
  const env = { ...process.env, TEST_DATABASE_URL: inject('testServerUrl') }
  const { stdout } = await run(join(core, 'node_modules/.bin/vitest'), ['run', 'src/todos'], {
    cwd: core,
    env,
  })
  expect(stdout).toContain('generated-field.test.ts')
})

test('a name that is no member name is refused', async () => {
  await expect(addField(ROOT, 'estimate_minutes', 'smallint')).rejects.toThrow('camel case')
})
