import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, textOf } from '../src/files.ts'
import { run } from '../src/tools.ts'

const BIN = join(ROOT, 'node_modules/.bin')

const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, module: 'NodeNext', allowImportingTsExtensions: true, noEmit: true },
  include: ['**/*.ts'],
})

type Refusal = { code: string; filename: string }

/** What `pnpm lint` says of these files. */
async function lint(files: Record<string, string>) {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'todo-lint-'))
  const config = { '.oxlintrc.json': textOf('.oxlintrc.json'), 'tsconfig.json': TSCONFIG }
  for (const [name, text] of Object.entries({ ...files, ...config })) {
    await mkdir(dirname(join(dir.path, name)), { recursive: true })
    await writeFile(join(dir.path, name), text)
  }
  const { code, stdout } = await run(join(BIN, 'oxlint'), ['--deny-warnings', '--format=json', '.'], {
    cwd: dir.path,
    env: { OXLINT_TSGOLINT_PATH: join(BIN, 'tsgolint') },
  })
  return { code, refusals: (JSON.parse(stdout) as { diagnostics: Refusal[] }).diagnostics }
}

const rulesOf = (refusals: Refusal[]) => refusals.map(({ code }) => /\((.*)\)/.exec(code)?.[1])

const SAVE = 'export const save = async (text: string) => text.trim()\n'

test.each([
  ['a floating promise', `${SAVE}save('x')\n`, 'no-floating-promises'],
  ['a promise as a condition', `${SAVE}export const x = () => (save('x') ? 1 : 2)\n`, 'no-misused-promises'],
  ['a condition that is always true', 'export const x = (y: object) => y ?? 1\n', 'no-unnecessary-condition'],
])('lint refuses %s', async (_, text, rule) => {
  const { code, refusals } = await lint({ 'planted.ts': text })
  expect(rulesOf(refusals)).toContain(rule)
  expect(code).not.toBe(0)
})

test('lint refuses a cycle of imports, and one of types alone', async () => {
  const cycleOf = (keyword: string) => ({
    'a.ts': `${keyword} { B } from './b.ts'\nexport class A {\n  readonly b?: B\n}\n`,
    'b.ts': `${keyword} { A } from './a.ts'\nexport class B {\n  readonly a?: A\n}\n`,
  })
  for (const keyword of ['import type', 'export type']) {
    const { code, refusals } = await lint(cycleOf(keyword))
    expect(rulesOf(refusals), keyword).toContain('no-cycle')
    expect(code).not.toBe(0)
  }
  const values = await lint({
    'a.ts': "import { b } from './b.ts'\nexport const a = (): number => b()\n",
    'b.ts': "import { a } from './a.ts'\nexport const b = (): number => a()\n",
  })
  expect(rulesOf(values.refusals)).toContain('no-cycle')
})

test('lint refuses imports against the direction of the layers', async () => {
  const wrong = {
    'packages/postgres/src/a.ts': '@todo/db',
    'packages/postgres/src/b.test.ts': '@prisma/client',
    'prisma/src/a.ts': '@todo/core',
    'prisma/src/b.test.ts': 'fastify',
    'packages/core/src/a.ts': '@todo/api',
    'packages/core/src/b.ts': 'fastify',
    'packages/core/src/d.ts': '@todo/db/testing',
    'packages/core/src/c.test.ts': '@todo/api',
    'packages/api/src/a.ts': '@todo/db',
    'packages/fastify-trpc/src/a.ts': '@todo/core',
    'packages/client/src/a.ts': '@todo/postgres',
    'apps/server/src/a.ts': '@todo/load',
    'tooling/load/src/a.ts': '@todo/server',
    'examples/sdk/a.ts': '@todo/server',
  }
  const right = {
    'prisma/src/right.ts': '@todo/postgres',
    'packages/core/src/right.ts': '@todo/db',
    'packages/core/src/right.test.ts': '@todo/testing',
    'apps/server/src/right.ts': '@todo/core',
    'examples/sdk/right.ts': '@todo/client',
  }
  const files = Object.entries({ ...wrong, ...right }).map(([path, name]) => [
    path,
    `import { x } from '${name}'\nexport const y = x as string\n`,
  ])
  const { refusals } = await lint(Object.fromEntries(files) as Record<string, string>)
  const refused = refusals.filter(({ code }) => code.includes('no-restricted-imports'))
  expect(refused.map(({ filename }) => filename).toSorted()).toEqual(Object.keys(wrong).toSorted())
})

test('lint accepts a promise that is awaited', async () => {
  expect(await lint({ 'right.ts': `${SAVE}export const x = await save('x')\n` })).toMatchObject({ code: 0 })
})
