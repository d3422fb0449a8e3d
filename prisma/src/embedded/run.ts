import { type SpawnOptions, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'

/** Whom a Postgres program runs as; empty: as ourselves. */
export type RunAs = { uid?: number; gid?: number }

/** Postgres refuses to run as root, so root runs it as `postgres` or, failing that, as `nobody`. */
export async function unprivilegedUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {}
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user)
    throw new Error('Postgres does not run as root, and there is neither a user "postgres" nor "nobody"')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** Runs a program to its end and returns what it printed. @throws when it fails, with what it printed */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(command, args, {
      // A directory that the unprivileged user can enter, too.
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
      else reject(new Error(`${basename(command)} ended with ${code}\n${output}`))
    })
  })
}
