import { type Logger, pino, stdTimeFunctions } from 'pino'
import { PinoPretty as pretty } from 'pino-pretty'

const REDACT = [
  'password',
  'token',
  'refreshToken',
  'accessToken',
  'authorization',
  'cookie',
  '*.password',
  '*.token',
  'req.headers',
]

/** One JSON line per record on standard output; pretty in a terminal. */
export function createLogger(level: string): Logger {
  const options = {
    level,
    redact: REDACT,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: errorOf },
  }
  if (!process.stdout.isTTY) return pino(options)
  // In this thread: a transport's worker would look for its file, which the bundle does not have.
  return pino(options, pretty({ ignore: 'pid,hostname', singleLine: true, sync: true }))
}

/** Where an error came from, without what Prisma puts in its messages: source code, SQL and parameters. */
export function errorOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: 'not an error' }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  const code = 'code' in error ? { code: error.code } : {}
  const own = error.name.startsWith('Prisma') ? {} : { message: error.message }
  return {
    type: error.name,
    ...code,
    ...own,
    stack: frames.slice(0, 12).join('\n'),
    ...(error.cause instanceof Error && { cause: errorOf(error.cause) }),
  }
}
