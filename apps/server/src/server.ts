import compress from '@fastify/compress'
import { ERRORS, type KeyRing, type PasswordHasher, followRevocations } from '@todo/core'
import type { Database, Replication } from '@todo/db'
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  LogController,
} from 'fastify'
import { sendFastifyError, sendNotFound } from 'fastify-trpc'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import { bundledFile } from './bundled-file.ts'
import { NO_SCHEMAS } from './http/no-schemas.ts'
import { cors } from './plugins/cors.ts'
import { api } from './plugins/api.ts'
import { PROBE_TIMEOUT_MS, health } from './plugins/health.ts'
import { SESSIONS_TIMEOUT_MS, metrics } from './plugins/metrics.ts'
import { home } from './plugins/home.ts'
import { errorHandlers } from './http/error-handlers.ts'
import { replicaMetrics } from './plugins/replica-metrics.ts'
import { requestLog } from './plugins/request-log.ts'
import { sentResponses } from './plugins/sent-responses.ts'
import { retention } from './plugins/retention.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { swagger } from './plugins/swagger.ts'
import type { Env } from './env.ts'
import { VERSION } from './version.ts'

export type ServerDeps = {
  env: Pick<
    Env,
    'production' | 'corsOrigins' | 'trustProxy' | 'bodyLimit' | 'requestTimeoutMs' | 'retentionIntervalMs'
  >
  database: Database
  /** Absent if there are no replicas. */
  replication?: Replication | undefined
  logger: Logger
  keyRing: KeyRing
  passwords: PasswordHasher
  now?: () => Date
}

// `query_timeout` discards a connection that does not respond; otherwise repeated probes would fill the pool.
const PROBE = { text: 'SELECT 1', query_timeout: PROBE_TIMEOUT_MS }
const SESSIONS = {
  text: 'SELECT count(*)::int AS count FROM sessions WHERE expires_at > $1',
  query_timeout: SESSIONS_TIMEOUT_MS,
}

const REQUEST_ID = /^[\w.-]{1,128}$/

/** Builds the application. The caller closes the database. */
export async function buildServer({
  env,
  database,
  replication,
  logger,
  keyRing,
  passwords,
  now = () => new Date(),
}: ServerDeps): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger satisfies FastifyBaseLogger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: env.bodyLimit,
    requestTimeout: env.requestTimeoutMs,
    keepAliveTimeout: 65_000,
    trustProxy: env.trustProxy as boolean,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 5_000 },
    schemaController: NO_SCHEMAS,
    ...errorHandlers,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
    },
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.setNotFoundHandler((_, reply) => sendNotFound(reply, { errors: ERRORS }))
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if ((error.statusCode ?? 500) >= 500) request.log.error({ err: error }, 'request failed')
    return sendFastifyError(reply, error, { errors: ERRORS })
  })

  const revocations = followRevocations(database.run)
  app.addHook('onClose', async () => revocations.stop())

  await app.register(sentResponses)
  await app.register(requestLog)
  const registry = new Registry()
  await app.register(metrics, {
    registry,
    counts: database.counts,
    replication,
    countSessions: () => countSessions(database, now()),
  })
  if (replication) await app.register(replicaMetrics, { registry, replication })
  await app.register(securityHeaders, { production: env.production })
  await app.register(cors, { origins: env.corsOrigins, production: env.production })
  // Responses to writes are too small to be worth compressing, and the check takes 4 % of a write's time.
  app.addHook('onRoute', (route) => {
    if (route.config?.trpc?.type === 'mutation') route.compress = false
  })
  await app.register(compress, {
    threshold: 1_024,
    encodings: ['br', 'gzip'],
    customTypes: /^(application\/(problem\+)?json|text\/(?!event-stream))/,
  })
  await app.register(health, { probe: () => database.pool.query(PROBE) })
  await app.register(swagger, { document: await apiDocument(), baseDir: bundledFile('static') })
  await app.register(home, { production: env.production })
  const context = { db: database.db, run: database.run, now, keyRing, passwords }
  await app.register(retention, { context, registry, everyMs: env.retentionIntervalMs })
  await app.register(api, {
    context,
    revocations,
    replication,
  })
  return app
}

/** The build generates the document: generating it takes a tenth of a start. */
async function apiDocument(): Promise<string> {
  const file = bundledFile('openapi.json')
  if (file !== undefined) return readFile(file, 'utf8')
  const { todoDocument } = await import('./openapi.ts')
  return JSON.stringify(todoDocument(VERSION))
}

async function countSessions({ pool }: Database, now: Date): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({ ...SESSIONS, values: [now] })
  return rows[0]?.count ?? 0
}
