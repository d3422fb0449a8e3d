import { isIP } from 'node:net'
import * as z from 'zod'

// Digits only: Number() would also accept '0x50' and turn ' ' into 0.
const integer = (min: number, max: number) =>
  z
    .string()
    .refine(
      (value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max,
      `must be an integer from ${min} to ${max}`,
    )
    .transform(Number)

const number = (fallback: number, min: number, max: number) => integer(min, max).default(fallback)

const DatabaseUrl = z
  .string()
  .refine(
    (url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url),
    'must look like postgresql://user:password@host:port/database',
  )

/** Splits a comma-separated list. */
export const listOf = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value

const isAddress = (value: string) => {
  const [address = '', bits = '1', ...more] = value.split('/')
  const maxBits = { 4: 32, 6: 128 }[isIP(address)] ?? 0
  const inRange = /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= maxBits
  return /^(loopback|linklocal|uniquelocal)$/.test(value) || (inRange && more.length === 0)
}

const areAddresses = (values: string[]) => values.length > 0 && values.every(isAddress)

/** The environment variables of the service. Messages continue "NAME …" and never show a value. */
export const Variables = z.object({
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
      'must be a comma-separated list of URLs like DATABASE_URL, one per replica',
    )
    .default(''),
  DATABASE_POOL_SIZE: number(10, 1, 1000),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be fatal, error, warn, info, debug, trace or silent',
    )
    .optional(),
  PORT: number(8000, 0, 65_535),
  HOST: z.string().optional(),
  JWT_SECRET: z.string().optional(),
  JWT_SECRET_PREVIOUS: z
    .string()
    .refine((value) => Buffer.byteLength(value) >= 32, 'must have at least 32 bytes, like JWT_SECRET')
    .optional(),
  JWT_KEYS_DIR: z.string().optional(),
  JWT_KEYS_DELAY_SECONDS: number(300, 0, 86_400),
  CORS_ORIGINS: z
    .string()
    .refine(
      (value) => listOf(value).every(isOrigin),
      'must be a comma-separated list of origins such as https://app.example.com',
    )
    .default(''),
  TRUST_PROXY: z
    .string()
    .refine(
      (value) => /^(true|false|\d{1,3})$/.test(value) || areAddresses(listOf(value)),
      'must be true, false, a number of proxies or a comma-separated list of their addresses: 10.0.0.0/8',
    )
    .default('false'),
  BODY_LIMIT: number(1_048_576, 1_024, 104_857_600),
  REQUEST_TIMEOUT_MS: number(30_000, 1_000, 600_000),
  SHUTDOWN_TIMEOUT_MS: number(10_000, 100, 600_000),
  SHUTDOWN_DRAIN_MS: integer(0, 600_000).optional(),
  RETENTION_INTERVAL_MS: number(600_000, 100, 86_400_000),
  DATA_DIR: z.string().optional(),
})
