import { freePort } from '@todo/testing'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PGBOUNCER_BIN } from './env.ts'

/** The version of the installed PgBouncer as a number: 1.21 is 1021. Undefined if it is not installed. */
export function pgbouncerVersion(): number | undefined {
  try {
    const [, major, minor] =
      /PgBouncer (\d+)\.(\d+)/.exec(execFileSync(PGBOUNCER_BIN, ['--version']).toString()) ?? []
    return Number(major) * 1000 + Number(minor)
  } catch {
    return undefined
  }
}

export type Pooler = AsyncDisposable & { url: string }

/** Starts PgBouncer in front of the server at `url`. Transactions share `size` connections. */
export async function startPgbouncer(
  url: string,
  { size, preparedStatements }: { size: number; preparedStatements: boolean },
): Promise<Pooler> {
  const { hostname, port: serverPort } = new URL(url)
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'todo-pgbouncer-'))
  await chmod(dir, 0o755)
  const users = join(dir, 'users.txt')
  const config = join(dir, 'pgbouncer.ini')
  await writeFile(users, '"postgres" ""\n')
  await writeFile(
    config,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      `default_pool_size = ${size}`,
      'max_client_conn = 200',
      'ignore_startup_parameters = options,statement_timeout,lock_timeout,idle_in_transaction_session_timeout',
      ...((pgbouncerVersion() ?? 0) >= 1021
        ? [`max_prepared_statements = ${preparedStatements ? 200 : 0}`]
        : []),
      '',
    ].join('\n'),
  )
  const child = spawn(PGBOUNCER_BIN, [config], { stdio: ['ignore', 'ignore', 'pipe'], ...(await someUser()) })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'exit')
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`PgBouncer ended:\n${output}`)
    await sleep(50)
  }
  const own = new URL(url)
  own.port = String(port)
  return {
    url: own.href,
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT')
      await Promise.race([exited, sleep(1_000)])
      child.kill('SIGKILL')
      await rm(dir, { recursive: true })
    },
  }
}

/** PgBouncer refuses to run as root. */
async function someUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
