import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import * as z from 'zod'

const ROOT = join(import.meta.dirname, '..', '..', '..')

// Digits only: Number() also takes '0x50', and makes 0 of a space.
const integer = (message: string, min: number, max: number) =>
  z
    .string()
    .refine((value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max, message)
    .transform(Number)

const number = (fallback: number, min: number, max: number) =>
  integer(`must be a number from ${min} to ${max}`, min, max).default(fallback)

const DatabaseUrl = z
  .string()
  .refine(
    (url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url),
    'must be postgresql://user:password@host:port/database',
  )

// What examples show, and one character over and over.
const WEAK_SECRETS = /^(dev[_-]?secret|secret|change[_-]?me|password|test|(.)\2+$)/i

const listOf = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value

const isAddress = (value: string) => {
  const [address = '', bits = '1', ...more] = value.split('/')
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? 0
  const inRange = /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most
  return /^(loopback|linklocal|uniquelocal)$/.test(value) || (inRange && more.length === 0)
}

const areAddresses = (values: string[]) => values.length > 0 && values.every(isAddress)

const Variables = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], 'must be development, production or test')
    .default('development'),
  DATABASE_URL: DatabaseUrl.optional(),
  DATABASE_MIGRATION_URL: DatabaseUrl.optional(),
  APP_INSTANCES: number(1, 1, 100_000),
  DATABASE_REPLICA_URLS: z
    .string()
    .refine(
      (value) => listOf(value).every((url) => DatabaseUrl.safeParse(url).success),
      'must be URLs as DATABASE_URL is, with commas between, each of one standby',
    )
    .default(''),
  DATABASE_POOL_SIZE: number(10, 1, 1000),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be a level of pino, such as info',
    )
    .optional(),
  PORT: number(8000, 0, 65_535),
  HOST: z.string().optional(),
  JWT_SECRET: z.string().optional(),
  JWT_SECRET_PREVIOUS: z
    .string()
    .refine((value) => Buffer.byteLength(value) >= 32, 'must be 32 bytes or more, as JWT_SECRET was')
    .optional(),
  JWT_KEYS_DIR: z.string().optional(),
  JWT_KEYS_DELAY_SECONDS: number(300, 0, 86_400),
  CORS_ORIGINS: z
    .string()
    .refine(
      (value) => listOf(value).every(isOrigin),
      'must be origins with commas between: https://app.example.com',
    )
    .default(''),
  TRUST_PROXY: z
    .string()
    .refine(
      (value) => /^(true|false|\d{1,3})$/.test(value) || areAddresses(listOf(value)),
      'must be true, false, a number of proxies, or their addresses with commas between: 10.0.0.0/8',
    )
    .default('false'),
  BODY_LIMIT: number(1_048_576, 1_024, 104_857_600),
  REQUEST_TIMEOUT_MS: number(30_000, 1_000, 600_000),
  SHUTDOWN_TIMEOUT_MS: number(10_000, 100, 600_000),
  SHUTDOWN_DRAIN_MS: integer('must be a number of milliseconds from 0 to 600000', 0, 600_000).optional(),
  RETENTION_INTERVAL_MS: number(600_000, 100, 86_400_000),
  DATA_DIR: z.string().default(join(ROOT, '.data')),
})

export type Env = {
  production: boolean
  databaseUrl: string | undefined
  /** Past a pooler, which would lose the lock that migrations hold. */
  databaseMigrationUrl: string | undefined
  /** How many instances share the database: only to check that their connections fit. */
  instances: number
  /** Of streaming replicas, each of one server. */
  databaseReplicaUrls: string[]
  /** Connections to each server. */
  databasePoolSize: number
  logLevel: string
  port: number
  host: string
  /** Absent when all keys are in a folder. */
  jwtSecret: string | undefined
  /** Verifies only. */
  jwtSecretPrevious: string | undefined
  /** A folder of keys: a file's name is its kid. */
  jwtKeysDir: string | undefined
  /** How long a key of the folder is known before it signs, so that all instances have it by then. */
  jwtKeysDelaySeconds: number
  corsOrigins: string[]
  /** As Fastify takes it: a number of hops, addresses, or none. */
  trustProxy: boolean | number | string
  /** Bytes. */
  bodyLimit: number
  requestTimeoutMs: number
  shutdownTimeoutMs: number
  /** How long it goes on serving after SIGTERM, until load balancers have seen that it is not ready. */
  shutdownDrainMs: number
  /** How often what has expired is deleted. */
  retentionIntervalMs: number
  dataDir: string
}

/** The environment, checked. @throws Error that says what to set, and never shows a value */
export function readEnv(source: NodeJS.ProcessEnv = processEnv()): Env {
  const set = withoutEmpty(source)
  const parsed = Variables.safeParse(set)
  const wrong = [...wordsOf(parsed.error), ...missingInProduction(set)]
  if (!parsed.success || wrong.length > 0) throw inLines(wrong)
  const env = parsed.data
  const production = env.NODE_ENV === 'production'
  const dataDir = resolve(env.DATA_DIR)
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

/** What migrations need of it, which is no secret of the service but its database. @throws Error as `readEnv` */
export function readMigrationEnv(source: NodeJS.ProcessEnv = processEnv()): {
  url: string
  logLevel: string
} {
  const parsed = MigrationVariables.safeParse(withoutEmpty(source))
  if (!parsed.success) throw inLines(wordsOf(parsed.error))
  const { DATABASE_MIGRATION_URL, DATABASE_URL, LOG_LEVEL } = parsed.data
  const url = DATABASE_MIGRATION_URL ?? DATABASE_URL
  if (url === undefined)
    throw inLines(['DATABASE_URL must be set: postgresql://user:password@host:port/database'])
  return { url, logLevel: LOG_LEVEL ?? levelOf(parsed.data) }
}

const withoutEmpty = (source: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))

const levelOf = ({ NODE_ENV }: { NODE_ENV: string }) => (NODE_ENV === 'production' ? 'info' : 'debug')

const wordsOf = (error: z.ZodError | undefined) =>
  (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)

const inLines = (wrong: string[]) =>
  new Error(`the environment is not right:\n${wrong.map((line) => `  ${line}`).join('\n')}`)

/** Asked of the variables as they are: Zod would ask it only once nothing else is wrong. */
function missingInProduction(variables: NodeJS.ProcessEnv): string[] {
  const { NODE_ENV, DATABASE_URL, JWT_KEYS_DIR } = variables
  const { JWT_SECRET = '' } = variables
  if (NODE_ENV !== 'production') return []
  const missing: string[] = []
  if (DATABASE_URL === undefined) {
    missing.push('DATABASE_URL must be set in production: postgresql://user:password@host:port/database')
  }
  if (JWT_SECRET === '' && JWT_KEYS_DIR !== undefined) return missing
  if (Buffer.byteLength(JWT_SECRET) < 32) {
    missing.push('JWT_SECRET must be set in production, to 32 random bytes or more: openssl rand -base64 48')
  } else if (WEAK_SECRETS.test(JWT_SECRET)) {
    missing.push('JWT_SECRET must not be a default in production: openssl rand -base64 48')
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

/** Made once, so that tokens outlive a restart. */
function developmentSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret')
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (Buffer.byteLength(kept) >= 32) return kept
  mkdirSync(dataDir, { recursive: true })
  // Whole or not at all: an interrupted start must not leave half a secret.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, randomBytes(48).toString('base64'), { mode: 0o600 })
  renameSync(draft, file)
  return readFileSync(file, 'utf8')
}
