import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { outputOf } from '../tools.ts'

/** Runs a container hardened, with the limits of the architecture document. */
export const HARDENED = [
  '--network=host',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=128m',
  '--memory-swap=128m',
  '--cpus=0.2',
]

/** @returns the trimmed output @throws Error with the error output if it fails */
export const docker = (...args: string[]): Promise<string> => outputOf('docker', args)

export type Build = {
  tag: string
  root: string
  platform?: string
  buildArgs: Record<string, string | undefined>
}

/** Builds the image and shows the progress. */
export async function build({ tag, root, platform, buildArgs }: Build): Promise<void> {
  const buildFlags = Object.entries(buildArgs).flatMap(([name, value]) =>
    value === undefined ? [] : ['--build-arg', `${name}=${value}`],
  )
  const args = [
    'build',
    '--file=infra/docker/Dockerfile',
    `--tag=${tag}`,
    '--network=host',
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...buildFlags,
    '.',
  ]
  const env = { ...process.env, DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' }
  const child = spawn('docker', args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`docker build exited with ${code}`)
}

/** Bytes of the compressed layers, as in a registry. */
export async function compressedSize(image: string): Promise<number> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  for await (const chunk of save.stdout.pipe(createGzip({ level: 6 }))) bytes += (chunk as Buffer).length
  return bytes
}

/** Runs a container to its end and removes it. */
export const runOnce = (image: string, env: Record<string, string>, command: string[]) =>
  docker('run', '--rm', ...HARDENED, ...asFlags(env), image, ...command)

export const asFlags = (env: Record<string, string>) =>
  Object.entries(env).map(([name, value]) => `--env=${name}=${value}`)

export async function stateOf(container: string): Promise<State> {
  return JSON.parse(await docker('inspect', '--format={{json .State}}', container)) as State
}

/** How often the engine has restarted the container. */
export const restartsOf = async (container: string): Promise<number> =>
  Number(await docker('inspect', '--format={{.RestartCount}}', container))

export type State = {
  Running: boolean
  OOMKilled: boolean
  Pid: number
  ExitCode: number
  Health?: { Status: string }
}
