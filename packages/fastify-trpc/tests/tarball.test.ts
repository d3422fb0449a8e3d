import { execFile } from 'node:child_process'
import { cp, mkdtemp, mkdtempDisposable, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const PNPM = join(root, '../../scripts/pnpm.sh')
// From the workspace, because a network without a registry has no others.
const OTHERS = ['@trpc/server', 'fastify', 'zod', '@types/node']

let project: string
let installed: string

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'fastify-trpc-'))
  await run('sh', [PNPM, 'pack', '--pack-destination', project], { cwd: root })
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'another-package', private: true, type: 'module' }),
  )
  const [tarball = ''] = (await readdir(project)).filter((name) => name.endsWith('.tgz'))
  const others = OTHERS.map((name) => `${name}@file:${join(root, 'node_modules', name)}`)
  const options = ['install', '--offline', '--no-audit', '--no-fund']
  await run('npm', [...options, join(project, tarball), ...others], { cwd: project })
  installed = join(project, 'node_modules/fastify-trpc')
  await cp(join(root, 'tests/fixtures/program.ts'), join(project, 'program.ts'))
}, 120_000)

afterAll(() => rm(project, { recursive: true, force: true }))

test('the tarball contains only the build, and imports only its peers', async () => {
  const files = await readdir(installed, { recursive: true })
  expect(files.filter((file) => !/^(dist(\/.*)?|package\.json|README\.md|LICENSE)$/.test(file))).toEqual([])
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  expect(manifest['dependencies']).toBeUndefined()
  expect(manifest['exports']).toEqual({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } })
  const texts = files.filter((file) => /\.(js|d\.ts)$/.test(file))
  for (const file of texts) {
    const text = await readFile(join(installed, file), 'utf8')
    const imports = [...text.matchAll(/\bfrom ?["']([^."'][^"']*)["']/g)].map(([, name]) => name)
    expect(
      imports.filter((name) => !/^(node:\w+|@trpc\/server(\/.+)?|fastify|zod(\/.+)?)$/.test(name!)),
    ).toEqual([])
  }
})

test.each(['NodeNext', 'Bundler'])(
  'a strict program and the README’s examples compile against it (%s)',
  async (moduleResolution) => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8')
    const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
    expect(examples.length).toBeGreaterThan(2)
    await writeFile(join(project, 'readme.ts'), examples.join('\n'))
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          skipLibCheck: false,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
          module: moduleResolution === 'Bundler' ? 'ESNext' : 'NodeNext',
          moduleResolution,
          target: 'ES2022',
          types: ['node'],
        },
        files: ['program.ts', 'readme.ts'],
      }),
    )
    const { stdout } = await run(join(root, 'node_modules/.bin/tsc'), ['-p', project]).catch(
      (error: unknown) => error as { stdout: string },
    )
    expect(stdout).toBe('')
  },
)

test('publint accepts it, and reports a missing entry', async () => {
  expect((await publint({ pkgDir: installed, strict: true, pack: false })).messages).toEqual([])
  await using broken = await mkdtempDisposable(join(tmpdir(), 'todo-broken-'))
  await cp(installed, broken.path, { recursive: true })
  await rm(join(broken.path, 'dist/index.js'))
  const { messages } = await publint({ pkgDir: broken.path, pack: false })
  expect(messages.map(({ code }) => code)).toContain('FILE_DOES_NOT_EXIST')
})

test('npm is rejected, because it would pack a manifest that refers to the sources', async () => {
  await expect(run('npm', ['pack', '--dry-run'], { cwd: root })).rejects.toMatchObject({
    stderr: expect.stringContaining('Use pnpm to pack and publish'),
  })
})

test('it serves RPC, REST and the document', async () => {
  const { stdout } = await run(process.execPath, ['program.ts'], { cwd: project })
  const book = (id: number, title: string) => ({ id, title })
  expect(JSON.parse(stdout)).toEqual([
    [203, { result: { data: book(1, 'A title') } }],
    [203, [{ result: { data: book(1, 'raw') } }, { result: { data: book(1, 'raw') } }]],
    [200, book(2, 'A title')],
    [400, expect.objectContaining({ code: 'MALFORMED' })],
    [200, expect.objectContaining({ openapi: '3.1.0', paths: { '/books/{id}': expect.anything() } })],
  ])
})
