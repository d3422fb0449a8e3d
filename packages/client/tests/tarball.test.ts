import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, mkdtempDisposable, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSampleService } from './sample-service.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const PNPM = join(root, '../../scripts/pnpm.sh')

let project: string
let installed: string

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'todo-client-'))
  await run('sh', [PNPM, 'pack', '--pack-destination', project], { cwd: root })
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'another-package', private: true, type: 'module' }),
  )
  const [tarball = ''] = (await readdir(project)).filter((name) => name.endsWith('.tgz'))
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(project, tarball)], {
    cwd: project,
  })
  installed = join(project, 'node_modules/@todo/client')
}, 120_000)

afterAll(() => rm(project, { recursive: true, force: true }))

test('the tarball contains only the build, and has no dependencies', async () => {
  const files = await readdir(installed, { recursive: true })
  expect(files.filter((file) => !/^(dist(\/.*)?|package\.json|README\.md|LICENSE)$/.test(file))).toEqual([])
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  expect(manifest['dependencies']).toBeUndefined()
  expect(manifest['exports']).toEqual({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } })
  expect((await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual([
    '@todo',
  ])
})

test('publint accepts it, and reports a missing entry', async () => {
  expect((await publint({ pkgDir: installed, strict: true, pack: false })).messages).toEqual([])
  await using broken = await mkdtempDisposable(join(tmpdir(), 'todo-broken-'))
  await cp(installed, broken.path, { recursive: true })
  await rm(join(broken.path, 'dist/index.js'))
  const { messages } = await publint({ pkgDir: broken.path, pack: false })
  expect(messages.map(({ code }) => code)).toContain('FILE_DOES_NOT_EXIST')
})

test('its types import no library, and its code uses nothing that browsers lack', async () => {
  const files = (await readdir(join(installed, 'dist'), { recursive: true })).filter((file) =>
    file.endsWith('.d.ts'),
  )
  expect(files).toContain('index.d.ts')
  for (const file of files) {
    expect(await readFile(join(installed, 'dist', file), 'utf8'), file).not.toMatch(
      /@trpc|@todo|prisma|fastify|zod|\.ts'/i,
    )
  }
  const code = await readFile(join(installed, 'dist/index.js'), 'utf8')
  expect(code).not.toMatch(/from "node:|require\(|prisma|fastify|zod/i)
  const { outputFiles, warnings } = await build({
    stdin: {
      contents: "import { createTodoClient } from '@todo/client'; createTodoClient({ url: '' })",
      resolveDir: project,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  expect(warnings).toEqual([])
  expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThan(15_000)
})

test.each(['NodeNext', 'Bundler'])(
  'a strict program and the README’s examples compile against it (%s)',
  async (moduleResolution) => {
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
          lib: ['ES2022', 'DOM'],
          types: [],
        },
        files: ['program.ts', 'readme.ts'],
      }),
    )
    await cp(join(import.meta.dirname, 'fixtures/program.ts'), join(project, 'program.ts'))
    const readme = await readFile(join(installed, 'README.md'), 'utf8')
    const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
    expect(examples.length).toBeGreaterThan(3)
    await writeFile(join(project, 'readme.ts'), examples.join('\n'))
    const { stdout } = await run(join(root, 'node_modules/.bin/tsc'), ['-p', project]).catch(
      (error: unknown) => error as { stdout: string },
    )
    expect(stdout).toBe('')
  },
)

test('it runs in Node', async () => {
  await using service = await startSampleService()
  await writeFile(
    join(project, 'run.mjs'),
    `import { createTodoClient } from '@todo/client'
     const client = createTodoClient({ url: '${service.url}' })
     await client.auth.logIn({ email: 'ada@example.com', password: 'correct horse battery' })
     const titles = []
     for await (const todo of client.todos.list.all()) titles.push(todo.title)
     process.stdout.write(titles.join())`,
  )
  const { stdout } = await run(process.execPath, ['run.mjs'], { cwd: project })
  expect(stdout).toBe('0a,0b,1a,1b,2a,2b')
})
