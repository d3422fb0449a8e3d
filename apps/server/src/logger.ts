import { type Logger, destination, pino } from 'pino'

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

/** One JSON line per record on standard output, written in blocks within a second; pretty in a terminal. */
export async function createLogger(level: string): Promise<Logger> {
  const options = {
    level,
    redact: REDACT,
    timestamp: isoTime,
    serializers: { err: errorOf },
  }
  if (!process.stdout.isTTY) {
    const output = destination({ dest: 1, sync: true, minLength: 8_192, periodicFlush: 500 })
    process.on('exit', () => output.flushSync())
    return pino(options, output)
  }
  const { PinoPretty: pretty } = await import('pino-pretty')
  // In this thread: a transport's worker would look for its file, which the bundle does not have.
  return pino(options, pretty({ ignore: 'pid,hostname', singleLine: true, sync: true }))
}

let millisecond = 0
let member = ''

/** As pino's own, but a busy server writes many lines within a millisecond. */
function isoTime(): string {
  const now = Date.now()
  if (now !== millisecond) {
    millisecond = now
    member = `,"time":"${new Date(now).toISOString()}"`
  }
  return member
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
