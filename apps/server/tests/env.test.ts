import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readEnv } from '../src/env.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'todo-env-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

const DATABASE_URL = 'postgresql://user:hunter2@db.example.com:5432/todo'
const JWT_SECRET = 'kZ8vJ1xQ3mW5rT7yB9nD2fG4hL6pS0cA'
const PRODUCTION = { NODE_ENV: 'production', DATABASE_URL, JWT_SECRET }

const read = (source: NodeJS.ProcessEnv = {}) => readEnv({ DATA_DIR: dataDir, ...source })

function messageOf(source: NodeJS.ProcessEnv): string {
  try {
    read(source)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the environment was taken')
}

describe('without any variables', () => {
  test('it is a development server on localhost with an embedded Postgres', () => {
    expect(read()).toEqual({
      production: false,
      databaseUrl: undefined,
      databaseMigrationUrl: undefined,
      databaseReplicaUrls: [],
      databasePoolSize: 10,
      instances: 1,
      logLevel: 'debug',
      port: 8000,
      host: '127.0.0.1',
      jwtSecret: expect.any(String),
      jwtSecretPrevious: undefined,
      jwtKeysDir: undefined,
      jwtKeysDelaySeconds: 300,
      corsOrigins: [],
      trustProxy: false,
      bodyLimit: 1_048_576,
      requestTimeoutMs: 30_000,
      shutdownTimeoutMs: 10_000,
      shutdownDrainMs: 0,
      retentionIntervalMs: 600_000,
      dataDir,
    })
  })

  test('the secret is created once, so that tokens survive a restart', () => {
    const { jwtSecret } = read()
    expect(jwtSecret!.length).toBeGreaterThanOrEqual(64)
    expect(read().jwtSecret).toBe(jwtSecret)
    expect(readFileSync(join(dataDir, 'jwt-secret'), 'utf8')).toBe(jwtSecret)
  })

  test('only the owner can read the secret, and no temporary file is left', () => {
    read()
    expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['jwt-secret'])
  })

  test('a truncated secret, left by an interrupted start, is replaced', () => {
    writeFileSync(join(dataDir, 'jwt-secret'), '')
    const { jwtSecret } = read()
    expect(jwtSecret!.length).toBeGreaterThanOrEqual(64)
    expect(read().jwtSecret).toBe(jwtSecret)
  })
})

test('an empty variable counts as not set', () => {
  const empty = {
    NODE_ENV: '',
    DATABASE_URL: '',
    PORT: '',
    HOST: '',
    LOG_LEVEL: '',
    JWT_SECRET: '',
    CORS_ORIGINS: '',
  }
  expect(read(empty)).toEqual(read())
  expect(messageOf({ ...PRODUCTION, DATABASE_URL: '' })).toContain('DATABASE_URL must be set in production')
})

test('every variable is read', () => {
  const env = read({
    DATABASE_URL,
    DATABASE_MIGRATION_URL: 'postgresql://direct.example.com/todo',
    DATABASE_REPLICA_URLS: 'postgresql://a.example.com/todo, postgresql://b.example.com/todo',
    DATABASE_POOL_SIZE: '3',
    APP_INSTANCES: '4',
    JWT_SECRET_PREVIOUS: 'y'.repeat(32),
    JWT_KEYS_DIR: '/keys',
    JWT_KEYS_DELAY_SECONDS: '0',
    LOG_LEVEL: 'warn',
    PORT: '0',
    HOST: '::1',
    JWT_SECRET: 'short is fine here',
    CORS_ORIGINS: 'https://a.example.com, https://b.example.com,',
    SHUTDOWN_DRAIN_MS: '250',
  })
  expect(env).toMatchObject({
    databaseUrl: DATABASE_URL,
    databaseMigrationUrl: 'postgresql://direct.example.com/todo',
    databaseReplicaUrls: ['postgresql://a.example.com/todo', 'postgresql://b.example.com/todo'],
    databasePoolSize: 3,
    instances: 4,
    jwtSecretPrevious: 'y'.repeat(32),
    jwtKeysDir: '/keys',
    jwtKeysDelaySeconds: 0,
    logLevel: 'warn',
    port: 0,
    host: '::1',
    jwtSecret: 'short is fine here',
    corsOrigins: ['https://a.example.com', 'https://b.example.com'],
    shutdownDrainMs: 250,
  })
})

test.each([
  ['true', true],
  ['false', false],
  ['2', 2],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['loopback, ::1', 'loopback, ::1'],
])('TRUST_PROXY=%s', (given, expected) => {
  expect(read({ TRUST_PROXY: given }).trustProxy).toBe(expected)
})

describe('invalid values', () => {
  test.each([
    ['NODE_ENV', 'staging'],
    ['DATABASE_URL', 'mysql://somewhere/todo'],
    ['DATABASE_URL', 'postgresql://[bad'],
    ['DATABASE_MIGRATION_URL', 'direct.example.com'],
    ['DATABASE_REPLICA_URLS', 'postgresql://a.example.com/todo,b.example.com'],
    ['APP_INSTANCES', '0'],
    ['JWT_SECRET_PREVIOUS', 'y'.repeat(31)],
    ['JWT_KEYS_DELAY_SECONDS', 'soonish'],
    ['RETENTION_INTERVAL_MS', '5'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_POOL_SIZE', '1e9'],
    ['LOG_LEVEL', 'loud'],
    ['CORS_ORIGINS', 'todo.example.org'],
    ['CORS_ORIGINS', 'https://app.example.com/path'],
    ['TRUST_PROXY', 'some-proxy'],
    ['TRUST_PROXY', '10.0.0.300/8'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', ' , '],
    ['PORT', 'http-port'],
    ['PORT', '65536'],
    ['PORT', '-17'],
    ['PORT', '80.25'],
    ['PORT', '   '],
    ['PORT', '0x50'],
    ['BODY_LIMIT', '17'],
    ['REQUEST_TIMEOUT_MS', 'soonish'],
    ['SHUTDOWN_TIMEOUT_MS', '-99'],
    ['SHUTDOWN_DRAIN_MS', 'never-ever'],
  ])('%s=%s is rejected with an error that names the variable', (name, value) => {
    const message = messageOf({ [name]: value })
    expect(message).toMatch(new RegExp(`^  ${name} .{8,}$`, 'm'))
    if (value.length > 3) expect(message).not.toContain(value)
  })

  test('are all reported at once, without their values', () => {
    const message = messageOf({
      NODE_ENV: 'staging-of-ours',
      DATABASE_URL: 'mysql://admin:hunter2@db/todo',
      PORT: 'eighty-eighty',
      LOG_LEVEL: 'verbose-ish',
    })
    for (const name of ['NODE_ENV', 'DATABASE_URL', 'PORT', 'LOG_LEVEL'])
      expect(message).toContain(`  ${name} `)
    expect(message).not.toMatch(/hunter2|mysql|staging-of-ours|eighty-eighty|verbose-ish/)
  })
})

describe('in production', () => {
  test('it listens on all addresses, logs less and drains before it closes', () => {
    expect(read(PRODUCTION)).toMatchObject({
      production: true,
      host: '0.0.0.0',
      logLevel: 'info',
      jwtSecret: JWT_SECRET,
      shutdownDrainMs: 3_000,
    })
  })

  test('keys in a folder are enough; a secret in addition must still be strong', () => {
    const { JWT_SECRET: _, ...others } = PRODUCTION
    expect(read({ ...others, JWT_KEYS_DIR: '/keys' })).toMatchObject({
      jwtKeysDir: '/keys',
      jwtSecret: undefined,
    })
    expect(messageOf({ ...PRODUCTION, JWT_KEYS_DIR: '/keys', JWT_SECRET: 'short' })).toContain(
      'JWT_SECRET must',
    )
  })

  test('both missing variables are reported', () => {
    const message = messageOf({ NODE_ENV: 'production' })
    expect(message).toContain('DATABASE_URL must be set in production')
    expect(message).toContain('JWT_SECRET or JWT_KEYS_DIR must be set in production')
  })

  test.each([
    ['31 bytes', 'x'.repeat(31)],
    ['of development', 'dev-secret-dev-secret-dev-secret-dev'],
    ['to be changed', 'change-me-change-me-change-me-change-me'],
    ['named secret', 'secret-secret-secret-secret-secret-secret'],
    ['one letter', 'a'.repeat(64)],
  ])('a secret %s is rejected and not shown', (_, secret) => {
    const message = messageOf({ ...PRODUCTION, JWT_SECRET: secret })
    expect(message).toContain('JWT_SECRET must')
    expect(message).not.toContain(secret)
  })

  test('an invalid value of another variable does not hide these errors', () => {
    const message = messageOf({ NODE_ENV: 'production', PORT: 'eighty' })
    for (const name of ['PORT', 'DATABASE_URL', 'JWT_SECRET']) expect(message).toContain(`  ${name} `)
  })
})
