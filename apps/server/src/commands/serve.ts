import { createPasswordHasher } from '@todo/core'
import { type Database, createDatabase, replicate } from '@todo/db'
import { checkServer } from '@todo/postgres'
import type { FastifyInstance } from 'fastify'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { PATHS } from '../http/paths.ts'
import { DEMO, seedDemo } from '../lifecycle/seed-demo.ts'
import { type Env, readEnv } from '../env.ts'
import { explainStartError } from '../lifecycle/explain-start-error.ts'
import { openKeyRing } from '../jwt-keys.ts'
import { createLogger } from '../logger.ts'
import { applyMigrations } from '../lifecycle/apply-migrations.ts'
import { closeGracefully, watchStart } from '../lifecycle/shutdown.ts'
import { type ServerDeps, buildServer } from '../server.ts'

/** Serves until it receives a signal. */
export async function main(): Promise<void> {
  const env = readEnv()
  const logger = await createLogger(env.logLevel)
  const opened = new AsyncDisposableStack()
  // The embedded Postgres would keep running; an external server closes our connections itself.
  const start = watchStart(env.databaseUrl === undefined)
  try {
    const url = env.databaseUrl ?? (await startPostgres(env, opened))
    start.check()
    const onError = (error: Error) => logger.warn({ err: error }, 'database connection lost')
    const options = { url, poolSize: env.databasePoolSize, onError }
    const database = createDatabase(options)
    opened.defer(database.close)
    const { databaseReplicaUrls: replicaUrls } = env
    const replication = replicaUrls.length > 0 ? replicate(database, { ...options, replicaUrls }) : undefined
    opened.defer(async () => replication?.close())
    const keyRing = openKeyRing(env, (error) => logger.error({ err: error }, 'cannot read the JWT keys'))
    opened.defer(async () => keyRing.close())
    const passwords = createPasswordHasher()
    // Concurrently, because Postgres takes a while to respond.
    const [app] = await allDone([
      openServer({ env, database, replication, logger, keyRing, passwords }, opened),
      applyMigrations(env.databaseMigrationUrl ?? url, logger),
      check(database, env, logger),
    ])
    start.check()
    if (!env.production)
      await seedDemo({ db: database.db, run: database.run, now: () => new Date(), keyRing, passwords })
    start.check()
    start.done()
    const close = () => opened.disposeAsync()
    // Before listening, so that no accepted request is dropped.
    closeGracefully(app, { drainMs: env.shutdownDrainMs, timeoutMs: env.shutdownTimeoutMs, close })
    const address = await app.listen({ port: env.port, host: env.host })
    if (!env.production) greet(address)
  } catch (error) {
    await opened.disposeAsync().catch((err: unknown) => logger.error({ err }, 'closing failed'))
    throw explainStartError(error)
  }
}

async function openServer(deps: ServerDeps, opened: AsyncDisposableStack): Promise<FastifyInstance> {
  const app = await buildServer(deps)
  opened.defer(() => app.close())
  return app
}

/** Like Promise.all, but waits for all steps: a failed check must not interrupt a migration. */
async function allDone<T extends readonly unknown[] | []>(steps: T) {
  await Promise.allSettled(steps)
  return Promise.all(steps)
}

/** @throws Error if the database server's settings are incompatible with the service */
async function check(database: Database, env: Env, logger: Logger): Promise<void> {
  // A pooler does not report how many connections it allows.
  const isPooled = env.databaseMigrationUrl !== undefined
  const perInstance = isPooled ? 0 : env.databasePoolSize + (env.databaseReplicaUrls.length > 0 ? 1 : 0)
  const onRetry = (error: Error) => logger.warn({ err: error }, 'the database does not respond yet, retrying')
  const findings = await checkServer(database, { perInstance, instances: env.instances, onRetry })
  for (const { message } of findings) logger.warn(`database: ${message}`)
  const fatal = findings.find(({ isFatal }) => isFatal)
  if (fatal) throw new Error(`Incompatible database settings: ${fatal.message}`)
}

async function startPostgres({ dataDir }: Env, opened: AsyncDisposableStack): Promise<string> {
  const { startEmbeddedPostgres } = await import('@todo/embedded-postgres')
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') })
  opened.defer(postgres.stop)
  return postgres.url
}

function greet(address: string): void {
  const url = address.replace('127.0.0.1', 'localhost')
  process.stdout.write(
    [
      '',
      `  Todo is ready on   ${url}`,
      `  REST docs          ${url}${PATHS.docs}`,
      `  Demo login         ${DEMO.email} / ${DEMO.password}`,
      '',
      '',
    ].join('\n'),
  )
}
