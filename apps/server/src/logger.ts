import { type Logger, type LoggerOptions, destination, pino, stdTimeFunctions } from 'pino'

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

/** Writes one JSON line per record to standard output; in a terminal it prints readable lines instead. */
export async function createLogger(level: string): Promise<Logger> {
  const options: LoggerOptions = {
    level,
    redact: REDACT,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: errorOf },
  }
  if (!process.stdout.isTTY) return pino(options, bufferedOutput())
  const { PinoPretty: pretty } = await import('pino-pretty')
  // On this thread: the bundle does not contain the file that a transport's worker would load.
  return pino(options, pretty({ ignore: 'pid,hostname', singleLine: true, sync: true }))
}

/** A killed process loses the lines of the last 100 ms, and the requests of 50 ms more (plugins/sent-responses.ts). */
function bufferedOutput(): ReturnType<typeof destination> {
  const output = destination({ dest: 1, sync: true, minLength: 4_096, periodicFlush: 100 })
  process.on('exit', () => output.flushSync())
  return output
}

/** Serializes an error. Messages of Prisma's errors are left out: they contain source code, SQL and parameters. */
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
