import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** Prints and runs a command. @returns its trimmed output @throws Error with its stderr if it fails */
export async function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  console.log(`$ ${command} ${args.join(' ')}`)
  const { stdout } = await exec(command, args, { env: { ...process.env, ...env } })
  return stdout.trim()
}
