// `pnpm verify:image`: builds the image and runs it as in production, on the Docker engine of this machine. Without an
// image registry, NODE_IMAGE and TARGET_NODE_IMAGE_ARM64 name local base images (infra/README.md).
import { readMigrations } from '@todo/db'
import { createMigratedDatabase } from '@todo/db/testing'
import { createScratchDatabase, freePort, startTestServer, withClient } from '@todo/testing'
import { QUICK, seed, startGenerator, stopUnderLoad, tokenOf } from '@todo/load'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCluster } from '../src/cluster.ts'
import { ROOT } from '../src/files.ts'
import {
  HARDENED,
  asFlags,
  build,
  compressedSize,
  docker,
  restartsOf,
  runOnce,
  stateOf,
} from '../src/image/docker.ts'
import { ready } from '../src/instance.ts'
import { must, seconds, startSteps } from '../src/steps.ts'

const IMAGE = 'todo-app:verify'
const CONTAINER = `todo-app-verify-${process.pid}`
const MAX_BYTES = 50_000_000
const JWT_SECRET = 'a secret that verifies the image, of more than 32 bytes'
const CONNECTIONS = 64
const { NODE_IMAGE, TARGET_NODE_IMAGE_ARM64 } = process.env

const { step, skip, end } = startSteps()
await using opened = new AsyncDisposableStack()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void opened.disposeAsync().then(() => process.exit(1)))
}

const engine = await step('Docker engine', () =>
  docker('version', '--format={{.Server.Version}} on {{.Server.Os}}/{{.Server.Arch}}'),
)
const isBuilt =
  engine &&
  (await step('build the image', () => build({ tag: IMAGE, root: ROOT, buildArgs: { NODE_IMAGE } })))
if (isBuilt) {
  await step('compressed size', checkSize)
  await step('configuration', checkConfiguration)
  await runContainers()
  await runArm64()
}
await opened.disposeAsync()
end()

async function checkSize(): Promise<string> {
  const bytes = await compressedSize(IMAGE)
  must(bytes <= MAX_BYTES, `${bytes} bytes exceed ${MAX_BYTES}`)
  return `${(bytes / 1e6).toFixed(1)} MB`
}

async function checkConfiguration(): Promise<string> {
  const config = JSON.parse(await docker('inspect', '--format={{json .Config}}', IMAGE)) as {
    User: string
    ExposedPorts: Record<string, unknown>
    StopSignal: string
    Labels: Record<string, string>
    Healthcheck: { Test: string[] }
  }
  must(config.User === '65532:65532', `it runs as ${config.User}`)
  must('8000/tcp' in config.ExposedPorts, 'it does not expose 8000')
  must(config.StopSignal === 'SIGTERM', `its stop signal is ${config.StopSignal}`)
  must(config.Healthcheck.Test.includes('healthcheck'), 'it has no health check')
  for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'source']) {
    must(`org.opencontainers.image.${name}` in config.Labels, `it has no label ${name}`)
  }
  return `user ${config.User}, ${Object.keys(config.Labels).length} labels`
}

async function runContainers(): Promise<void> {
  const { primary, replicaUrls } = await startCluster(2, opened)
  const database = opened.use(await createScratchDatabase(primary.url))
  const { pathname } = new URL(database.url)
  const port = await freePort()
  const env = {
    DATABASE_URL: database.url,
    DATABASE_REPLICA_URLS: replicaUrls.map((url) => new URL(pathname, url).href).join(','),
    JWT_SECRET,
    HOST: '127.0.0.1',
    PORT: String(port),
  }
  opened.defer(async () => void (await docker('rm', '--force', CONTAINER).catch(() => undefined)))

  await step('five containers migrate an empty database at the same time', async () => {
    const only = { DATABASE_URL: database.url }
    await Promise.all(Array.from({ length: 5 }, () => runOnce(IMAGE, only, ['migrate'])))
    const { rows } = await withClient(database.url, (client) =>
      client.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM _prisma_migrations WHERE finished_at IS NOT NULL',
      ),
    )
    const migrations = (await readMigrations()).length
    must(rows[0]?.n === migrations, `${rows[0]?.n} of ${migrations} migrations were applied`)
    return `${migrations} migrations, each applied once`
  })
  await withClient(database.url, (client) => seed(client, QUICK))

  const isReady = await step('start read-only, without capabilities, in 128 MiB and 0.2 CPU', async () => {
    const from = performance.now()
    await docker(
      'run',
      '--detach',
      `--name=${CONTAINER}`,
      '--restart=always',
      ...HARDENED,
      ...asFlags(env),
      IMAGE,
    )
    await ready(`http://127.0.0.1:${port}`)
    return `ready after ${seconds(performance.now() - from)}`
  })
  if (!isReady) {
    console.log(await docker('logs', '--tail=20', CONTAINER))
    return
  }
  await step('the health check succeeds', async () => {
    await docker('exec', CONTAINER, '/usr/local/bin/node', '/app/server.js', 'healthcheck')
    for (let waited = 0; (await stateOf(CONTAINER)).Health?.Status !== 'healthy'; waited += 500) {
      must(waited < 60_000, 'it is not healthy after a minute')
      await sleep(500)
    }
  })
  await step(`the bench's mixed load from ${CONNECTIONS} connections for a minute`, async () => {
    const generator = await startGenerator()
    const job = { protocol: 'rest', workload: 'mix' } as const
    const outcome = await generator
      .run({ ...job, port, scale: QUICK, jwtSecret: JWT_SECRET, connections: CONNECTIONS, seconds: 60 })
      .finally(generator.stop)
    must(
      outcome.wrong === 0,
      `${outcome.wrong} of ${outcome.requests} responses are wrong: ${outcome.firstWrong}`,
    )
    must((await restartsOf(CONTAINER)) === 0, 'it was killed and restarted')
    const memory = await docker('stats', '--no-stream', '--format={{.MemUsage}}', CONTAINER)
    return `${outcome.requests} correct responses, from a primary and two replicas, p99 ${outcome.p99.toFixed(0)} ms, memory ${memory}`
  })
  await step('a restart after a kill', async () => {
    const { Pid } = await stateOf(CONTAINER)
    process.kill(Pid, 'SIGKILL')
    while ((await stateOf(CONTAINER)).Pid === Pid) await sleep(100)
    await ready(`http://127.0.0.1:${port}`)
    must((await restartsOf(CONTAINER)) === 1, 'it was restarted more than once')
  })
  await step('SIGTERM under load', async () => {
    const { stopMs, lost } = await stopUnderLoad({
      port,
      headers: { authorization: `Bearer ${tokenOf(JWT_SECRET, 0)}` },
      connections: CONNECTIONS,
      stop: () => docker('stop', '--time=30', CONTAINER),
    })
    const { ExitCode, OOMKilled } = await stateOf(CONTAINER)
    must(lost === 0, `${lost} requests were lost`)
    must(ExitCode === 0 && !OOMKilled, `it exited with ${ExitCode}`)
    must(stopMs < 10_000, `it took ${seconds(stopMs)}`)
    return `no request lost, stopped in ${seconds(stopMs)} including the drain of 3 s`
  })
}

async function runArm64(): Promise<void> {
  const what = 'arm64 image under emulation'
  if (!existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64')) {
    skip(what, 'this machine cannot run arm64 programs: install qemu-user-static and binfmt-support')
    return
  }
  const tag = `${IMAGE}-arm64`
  const buildArgs = { NODE_IMAGE, TARGET_NODE_IMAGE: TARGET_NODE_IMAGE_ARM64 }
  if (!(await step(`${what}: build`, () => build({ tag, root: ROOT, platform: 'linux/arm64', buildArgs }))))
    return
  await step(`${what}: /health`, async () => {
    const server = await startTestServer()
    opened.defer(server.stop)
    const database = opened.use(await createMigratedDatabase(server.url))
    const port = await freePort()
    const env = { DATABASE_URL: database.url, JWT_SECRET, HOST: '127.0.0.1', PORT: String(port) }
    const name = `${CONTAINER}-arm64`
    opened.defer(async () => void (await docker('rm', '--force', name).catch(() => undefined)))
    await docker(
      'run',
      '--detach',
      `--name=${name}`,
      '--platform=linux/arm64',
      '--network=host',
      ...asFlags(env),
      tag,
    )
    await ready(`http://127.0.0.1:${port}`)
    const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json()
    return JSON.stringify(health)
  })
}
