import { childEnv } from '@todo/testing'
import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startDemoServer } from './support/demo-server.ts'

const ROOT = join(import.meta.dirname, '../../..')
const IN_EXAMPLES_TEST = 'examples.test.ts runs it'

type Expected =
  | { starts: string; prints: RegExp[] }
  | { starts: string; sameAs: string }
  | { starts: string; notRun: string }

/** Every block of README.md, in order. */
const BLOCKS: Expected[] = [
  { starts: 'npm start', notRun: 'starts another server, and runs this test' },
  { starts: 'DATABASE_URL=', notRun: 'starts another server' },
  { starts: 'API=', prints: [/"title":"Oat milk"/, /\{"items":\[\{[^}]*"title":"Coffee beans"/] },
  { starts: 'NEXT=', prints: [/\{"items":\[\{[^}]*"title":"Coffee beans"/] },
  { starts: 'curl -si $API/todos', prints: [/^HTTP\/1\.1 201 /, /^location: \S+/m, /^etag: "1"/m] },
  { starts: 'for PRIORITY', prints: [/^HTTP\/1\.1 200 /, /^HTTP\/1\.1 412 /m, /"code":"VERSION_MISMATCH"/] },
  { starts: 'npm --prefix examples/rest', notRun: IN_EXAMPLES_TEST },
  {
    starts: 'curl -sG http://localhost:8000/trpc/todos.list',
    prints: [/"title":"Coffee beans"/, /"completedAt":"/, /"email":"demo@example\.com".*"overdue":\d/],
  },
  { starts: 'npm --prefix examples/trpc', notRun: IN_EXAMPLES_TEST },
  { starts: 'import', sameAs: 'examples/trpc/main.ts' },
  { starts: 'npm --prefix examples/sdk', notRun: IN_EXAMPLES_TEST },
  { starts: 'import', sameAs: 'examples/sdk/main.ts' },
  {
    starts: 'sh scripts/pnpm.sh --filter @todo/client pack',
    notRun: 'the tarball test of packages/client does it',
  },
  { starts: 'SINCE=', prints: [/"op":"update".*"after":\{[^}]*"completedAt":null/] },
  {
    starts: 'curl -s http://localhost:8000/health ',
    prints: [/"database":"connected"/, /"alive"/, /"ready"/, /^http_requests_total\{/m],
  },
  { starts: 'sh scripts/pnpm.sh build', notRun: 'starts another server; bundle.test.ts does it' },
  { starts: 'docker compose', notRun: 'needs Docker and kubectl; infra-checks does it' },
]

type Block = { language: string; code: string }

const opened = new AsyncDisposableStack()
let url: string
let directory: string

beforeAll(async () => {
  ;({ url } = await startDemoServer(inject('testServerUrl'), opened))
  directory = await mkdtemp(join(tmpdir(), 'todo-readme-'))
  opened.defer(() => rm(directory, { recursive: true }))
  await symlink(join(import.meta.dirname, '../node_modules'), join(directory, 'node_modules'))
})
afterAll(() => opened.disposeAsync())

async function blocksOf(file: string): Promise<Block[]> {
  const text = await readFile(join(ROOT, file), 'utf8')
  const found = text.matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return [...found].map(([, language = '', code = '']) => ({ language, code }))
}

/** Runs a script or a program against the test's server. @throws Error with the output if it fails */
async function run(name: string, code: string): Promise<string> {
  const file = join(directory, name)
  await writeFile(file, code.replaceAll('http://localhost:8000', url))
  const command = name.endsWith('.sh') ? ['sh', '-eu'] : [process.execPath]
  const [program = '', ...args] = command
  const { stdout } = await promisify(execFile)(program, [...args, file], { cwd: ROOT, env: childEnv({}) })
  return stdout
}

async function runTypeScriptOf(file: string, more = ''): Promise<string> {
  const blocks = await blocksOf(file)
  const code = blocks.filter(({ language }) => language === 'ts').map(({ code }) => code)
  return run('program.mts', [...code, more].join('\n'))
}

test('README.md: each code block is run, is the text of an example, or is listed here with a reason', async () => {
  const blocks = await blocksOf('README.md')
  expect(blocks.map(({ code }, index) => code.startsWith(BLOCKS[index]?.starts ?? '\0') || code)).toEqual(
    BLOCKS.map(() => true),
  )
  for (const [index, expected] of BLOCKS.entries()) {
    if (!('sameAs' in expected)) continue
    expect(blocks[index]?.code).toBe(await readFile(join(ROOT, expected.sameAs), 'utf8'))
  }
})

test('README.md: the shell blocks print what the text promises', async () => {
  const blocks = await blocksOf('README.md')
  const runs = BLOCKS.flatMap((expected, index) =>
    'prints' in expected ? [{ ...expected, code: blocks[index]!.code }] : [],
  )
  const output = await run('readme.sh', runs.map(({ code }) => `${code}\nprintf '\\036'\n`).join(''))
  const outputs = output.split('\x1e')
  for (const [index, { prints }] of runs.entries()) {
    for (const promised of prints) expect(outputs[index]?.trim()).toMatch(promised)
  }
})

test('README.md: the files that its blocks name exist', async () => {
  const blocks = await blocksOf('README.md')
  const named = blocks.flatMap(({ code }) => code.match(/\b(apps|examples|infra|scripts)\/[\w./-]+/g) ?? [])
  expect(named).toContain('scripts/pnpm.sh')
  // bundle.test.ts builds the bundle and starts it.
  const sources = named.filter((file) => !file.includes('/dist/'))
  expect(sources.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('README.md: its table lists the variables of .env.example', async () => {
  const [readme, example] = await Promise.all(
    ['README.md', '.env.example'].map((file) => readFile(join(ROOT, file), 'utf8')),
  )
  const listed = [...readme!.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name)
  const variables = [...example!.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(listed.toSorted()).toEqual(variables.toSorted())
})

test('packages/client/README.md: its TypeScript blocks are a program that runs', async () => {
  const output = await runTypeScriptOf('packages/client/README.md')
  expect(output).toMatch(/^Oat milk$/m)
  expect(output).toContain('AbortError')
  expect(output).toContain('it has changed')
})

test('packages/fastify-trpc/README.md: its TypeScript blocks are a server that serves both paths', async () => {
  const output = await runTypeScriptOf(
    'packages/fastify-trpc/README.md',
    `for (const path of ['/api/books/1', '/trpc/getBook?input={"id":1}']) {
      const { statusCode, body } = await app.inject(path)
      console.log(statusCode, body)
    }
    console.log(Object.keys(document.paths).join())`,
  )
  expect(output).toBe(
    [
      '200 {"id":1,"title":"A title","version":1}',
      '200 {"result":{"data":{"id":1,"title":"A title","version":1}}}',
      '/books/{id}\n',
    ].join('\n'),
  )
})

test('packages: the shell blocks only install the package', async () => {
  for (const file of ['packages/client/README.md', 'packages/fastify-trpc/README.md']) {
    const blocks = (await blocksOf(file)).filter(({ language }) => language === 'sh')
    expect(
      blocks.map(({ code }) => code.includes('npm install')),
      file,
    ).toEqual([true])
  }
})

test('relative links in Markdown files lead to files', async () => {
  const files = globSync('**/*.md', { cwd: ROOT, exclude: ['**/node_modules', '**/.*'] })
  expect(files).toContain('README.md')
  const broken: string[] = []
  for (const file of files) {
    const text = await readFile(join(ROOT, file), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      const isRelative = !/^[a-z]+:/.test(target)
      if (isRelative && !existsSync(join(ROOT, dirname(file), target))) broken.push(`${file}: ${target}`)
    }
  }
  expect(broken).toEqual([])
})
