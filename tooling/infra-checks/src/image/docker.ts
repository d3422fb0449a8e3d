import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { outputOf } from '../tools.ts'

/** How the image is meant to run: what it may do, and the limits of the architecture document. */
export const HARDENED = [
  '--network=host',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=128m',
  '--memory-swap=128m',
  '--cpus=0.2',
]

/** @returns what it wrote, trimmed @throws Error with what it said when it failed */
export const docker = (...args: string[]): Promise<string> => outputOf('docker', args)

export type Build = {
  tag: string
  root: string
  platform?: string
  buildArgs: Record<string, string | undefined>
}

/** Builds the image, and shows how it goes. */
export async function build({ tag, root, platform, buildArgs }: Build): Promise<void> {
  const given = Object.entries(buildArgs).flatMap(([name, value]) =>
    value === undefined ? [] : ['--build-arg', `${name}=${value}`],
  )
  const args = [
    'build',
    '--file=infra/docker/Dockerfile',
    `--tag=${tag}`,
    '--network=host',
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...given,
    '.',
  ]
  const env = { ...process.env, DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' }
  const child = spawn('docker', args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`docker build ends with ${code}`)
}

/** Bytes of its layers as a registry keeps them. */
export async function compressedSize(image: string): Promise<number> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  for await (const chunk of save.stdout.pipe(createGzip({ level: 6 }))) bytes += (chunk as Buffer).length
  return bytes
}

/** Runs a container that removes itself, to its end. */
export const runOnce = (image: string, env: Record<string, string>, command: string[]) =>
  docker('run', '--rm', ...HARDENED, ...asFlags(env), image, ...command)

export const asFlags = (env: Record<string, string>) =>
  Object.entries(env).map(([name, value]) => `--env=${name}=${value}`)

export async function stateOf(container: string): Promise<State> {
  return JSON.parse(await docker('inspect', '--format={{json .State}}', container)) as State
}

/** How often the engine has started it anew. */
export const restartsOf = async (container: string): Promise<number> =>
  Number(await docker('inspect', '--format={{.RestartCount}}', container))

export type State = {
  Running: boolean
  OOMKilled: boolean
  Pid: number
  ExitCode: number
  Health?: { Status: string }
}
