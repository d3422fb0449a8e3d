import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** True if a program of this name is installed. */
export const hasTool = (name: string): boolean => spawnSync('which', [name], { stdio: 'ignore' }).status === 0

export type Ran = { code: number; stdout: string; stderr: string }

/** Runs a program to its end, whatever its exit code. @throws Error if it cannot be started */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'close')
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { code: Number(code), stdout, stderr }
}

/** The trimmed output of a program. @throws Error with its error output if it fails */
export async function outputOf(...[command, args, options]: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options)
  if (code !== 0)
    throw new Error(`${command} ${args[0]} failed: ${stderr.trim().slice(-2_000) || stdout.trim()}`)
  return stdout.trim()
}
