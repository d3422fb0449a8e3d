import { childEnv } from '@todo/testing'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startDemoServer } from './support/demo-server.ts'

const ROOT = join(import.meta.dirname, '../../..')
const opened = new AsyncDisposableStack()
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  const { url } = await startDemoServer(inject('testServerUrl'), opened)
  env = childEnv({ TODO_URL: url })
})
afterAll(() => opened.disposeAsync())

/** Runs a command in the root folder, as examples/README.md describes. @throws Error with the output if it fails */
async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: ROOT, env })
  return stdout
}

test('the SDK example handles a version conflict, lists every page and reads its own changes', async () => {
  const output = await run('npm', '--prefix', 'examples/sdk', 'start')
  expect(output).toContain('412 VERSION_MISMATCH')
  expect(output).toContain('Sort the photographs')
  expect(output).toMatch(/create todo 1\nupdate todo 2\n$/)
})

test('the tRPC example lists the open todos by due date', async () => {
  const output = await run('npm', '--prefix', 'examples/trpc', 'start')
  expect(output).toMatch(/Open todos of Demo:\nAnswer the auditor \{ date: '.*' \}\n/)
})

test('the REST example works with types generated from the served document, and compiles against them', async () => {
  const output = await run('npm', '--prefix', 'examples/rest', 'start')
  expect(output).toContain('201 Call the plumber "1"\n412 VERSION_MISMATCH\n')
  expect(output).toContain('Sort the photographs')
  await run(join(ROOT, 'examples/rest/node_modules/.bin/tsc'), '-p', 'examples/rest')
})

test('the shell example adds a todo and lists every page', async () => {
  const title = `Say "hello" & 'goodbye'`
  const output = await run('sh', 'examples/rest/todo.sh', title)
  expect(output).toContain(`Added: ${title}\n`)
  expect(output.indexOf('Sort the photographs')).toBeGreaterThan(0)
  expect(output.lastIndexOf(title)).toBeGreaterThan(output.indexOf('Sort the photographs'))
})

test('every example is run here', async () => {
  const entries = await readdir(join(ROOT, 'examples'))
  expect(entries.toSorted()).toEqual(['README.md', 'rest', 'sdk', 'trpc'])
})
