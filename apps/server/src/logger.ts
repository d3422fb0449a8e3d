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
    return pino(options, inBlocks(destination({ dest: 1, sync: true })))
  }
  const { PinoPretty: pretty } = await import('pino-pretty')
  // In this thread: a transport's worker would look for its file, which the bundle does not have.
  return pino(options, pretty({ ignore: 'pid,hostname', singleLine: true, sync: true }))
}

/** What lines wait for, whichever comes first. */
const BLOCK_CHARACTERS = 32_768
const BLOCK_MS = 500

/** SonicBoom's own blocks (`minLength`) are copied as a whole for each line that comes to them, to be measured. */
function inBlocks(output: ReturnType<typeof destination>): { write: (line: string) => void } {
  let block = ''
  const flush = () => {
    if (block !== '') output.write(block)
    block = ''
  }
  setInterval(flush, BLOCK_MS).unref()
  process.on('exit', () => {
    flush()
    output.flushSync()
  })
  return {
    write(line) {
      block += line
      if (block.length >= BLOCK_CHARACTERS) flush()
    },
  }
}

let given: number | undefined

/** Logs what was at that time, in milliseconds since the epoch. */
export function loggedAt(time: number, log: () => void): void {
  given = time
  try {
    log()
  } finally {
    given = undefined
  }
}

let second = -1
let untilMilliseconds = ''

/** As pino's own, but a busy server writes many lines within a second. */
function isoTime(): string {
  const now = given ?? Date.now()
  const milliseconds = now % 1_000
  if (now - milliseconds !== second) {
    second = now - milliseconds
    untilMilliseconds = `,"time":"${new Date(second).toISOString().slice(0, -4)}`
  }
  return `${untilMilliseconds}${String(milliseconds).padStart(3, '0')}Z"`
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
