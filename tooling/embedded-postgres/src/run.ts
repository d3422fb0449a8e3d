import { type SpawnOptions, spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'

/** The user for a Postgres program; empty for the current user. */
export type RunAs = { uid?: number; gid?: number }

/**
 * Postgres refuses to run as root, so root runs it as the owner of the cluster. A new cluster belongs to `postgres` or, if
 * there is no such user, to `nobody`.
 */
export async function userFor(dataDir: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {}
  const { uid, gid } = (await stat(dataDir).catch(() => undefined)) ?? { uid: 0, gid: 0 }
  if (uid !== 0) return { uid, gid }
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user)
    throw new Error('Postgres cannot run as root, and there is no user "postgres" or "nobody": create one.')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** Runs a program and returns its output. @throws if it fails; the message includes the output */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(command, args, {
      // The unprivileged user must be able to enter it.
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      ...options,
    })
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${basename(command)} exited with ${code}\n${output}`))
    })
  })
}
