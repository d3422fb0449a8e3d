import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type * as z from 'zod'
import { developmentSecret } from './config/development-secret.ts'
import { Variables, listOf } from './config/variables.ts'

// Holds for src/ and for the bundle in dist/.
const ROOT = join(import.meta.dirname, '../../..')

// Values from examples, and one character repeated.
const WEAK_SECRETS = /^(dev[_-]?secret|secret|change[_-]?me|password|test|(.)\2+$)/i

export type Env = {
  production: boolean
  databaseUrl: string | undefined
  /** A direct connection for migrations: behind a pooler they would lose their lock. */
  databaseMigrationUrl: string | undefined
  /** How many instances share the database; used to check that their connections fit. */
  instances: number
  /** One URL per streaming replica. */
  databaseReplicaUrls: string[]
  /** Connections to each database server. */
  databasePoolSize: number
  logLevel: string
  port: number
  host: string
  /** Absent if all keys are in `jwtKeysDir`. */
  jwtSecret: string | undefined
  /** Verifies tokens but does not sign. */
  jwtSecretPrevious: string | undefined
  /** A folder of keys; a file's name is its `kid`. */
  jwtKeysDir: string | undefined
  /** How long a key is known before it signs, so that every instance has read it by then. */
  jwtKeysDelaySeconds: number
  corsOrigins: string[]
  /** Fastify's `trustProxy`: a number of hops, addresses, true or false. */
  trustProxy: boolean | number | string
  /** In bytes. */
  bodyLimit: number
  requestTimeoutMs: number
  shutdownTimeoutMs: number
  /** How long to keep serving after SIGTERM, until load balancers have noticed that it is not ready. */
  shutdownDrainMs: number
  /** How often expired rows are deleted. */
  retentionIntervalMs: number
  dataDir: string
}

/** Reads and validates the environment. @throws Error that names each invalid variable, without its value */
export function readEnv(source: NodeJS.ProcessEnv = processEnv()): Env {
  const set = withoutEmpty(source)
  const parsed = Variables.safeParse(set)
  const problems = [...problemsOf(parsed.error), ...missingInProduction(set)]
  if (!parsed.success || problems.length > 0) throw invalid(problems)
  const env = parsed.data
  const production = env.NODE_ENV === 'production'
  const dataDir = resolve(env.DATA_DIR ?? join(ROOT, '.data'))
  return {
    production,
    databaseUrl: env.DATABASE_URL,
    databaseMigrationUrl: env.DATABASE_MIGRATION_URL,
    instances: env.APP_INSTANCES,
    databaseReplicaUrls: listOf(env.DATABASE_REPLICA_URLS),
    databasePoolSize: env.DATABASE_POOL_SIZE,
    logLevel: env.LOG_LEVEL ?? levelOf(env),
    port: env.PORT,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    jwtSecret: env.JWT_SECRET ?? (env.JWT_KEYS_DIR === undefined ? developmentSecret(dataDir) : undefined),
    jwtSecretPrevious: env.JWT_SECRET_PREVIOUS,
    jwtKeysDir: env.JWT_KEYS_DIR,
    jwtKeysDelaySeconds: env.JWT_KEYS_DELAY_SECONDS,
    corsOrigins: listOf(env.CORS_ORIGINS),
    trustProxy: trustProxy(env.TRUST_PROXY),
    bodyLimit: env.BODY_LIMIT,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    shutdownDrainMs: env.SHUTDOWN_DRAIN_MS ?? (production ? 3_000 : 0),
    retentionIntervalMs: env.RETENTION_INTERVAL_MS,
    dataDir,
  }
}

const MigrationVariables = Variables.pick({
  NODE_ENV: true,
  DATABASE_URL: true,
  DATABASE_MIGRATION_URL: true,
  LOG_LEVEL: true,
})

/** The variables that `migrate` needs: no secret but the database's. @throws Error like `readEnv` */
export function readMigrationEnv(source: NodeJS.ProcessEnv = processEnv()): {
  url: string
  logLevel: string
} {
  const parsed = MigrationVariables.safeParse(withoutEmpty(source))
  if (!parsed.success) throw invalid(problemsOf(parsed.error))
  const { DATABASE_MIGRATION_URL, DATABASE_URL, LOG_LEVEL } = parsed.data
  const url = DATABASE_MIGRATION_URL ?? DATABASE_URL
  if (url === undefined)
    throw invalid(['DATABASE_URL must be set: postgresql://user:password@host:port/database'])
  return { url, logLevel: LOG_LEVEL ?? levelOf(parsed.data) }
}

const withoutEmpty = (source: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))

const levelOf = ({ NODE_ENV }: { NODE_ENV: string }) => (NODE_ENV === 'production' ? 'info' : 'debug')

const problemsOf = (error: z.ZodError | undefined) =>
  (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)

const invalid = (problems: string[]) =>
  new Error(`Invalid environment variables:\n${problems.map((line) => `  ${line}`).join('\n')}`)

/** Checks the raw variables, because Zod skips refinements of an object that has other problems. */
function missingInProduction(variables: NodeJS.ProcessEnv): string[] {
  const { NODE_ENV, DATABASE_URL, JWT_KEYS_DIR } = variables
  const { JWT_SECRET = '' } = variables
  if (NODE_ENV !== 'production') return []
  const missing: string[] = []
  if (DATABASE_URL === undefined) {
    missing.push('DATABASE_URL must be set in production: postgresql://user:password@host:port/database')
  }
  if (JWT_SECRET === '') {
    if (JWT_KEYS_DIR === undefined)
      missing.push('JWT_SECRET or JWT_KEYS_DIR must be set in production (openssl rand -base64 48)')
  } else if (Buffer.byteLength(JWT_SECRET) < 32) {
    missing.push('JWT_SECRET must have at least 32 bytes in production (openssl rand -base64 48)')
  } else if (WEAK_SECRETS.test(JWT_SECRET)) {
    missing.push('JWT_SECRET must not be a well-known value in production (openssl rand -base64 48)')
  }
  return missing
}

function trustProxy(value: string): boolean | number | string {
  if (value === 'true' || value === 'false') return value === 'true'
  return /^\d+$/.test(value) ? Number(value) : value
}

function processEnv(): NodeJS.ProcessEnv {
  const file = join(ROOT, '.env')
  if (process.env['NODE_ENV'] !== 'production' && existsSync(file)) process.loadEnvFile(file)
  return process.env
}
