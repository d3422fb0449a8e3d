import { LogController, fastify } from 'fastify'
import { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import { beforeEach, expect, test } from 'vitest'
import { lateChild } from '../src/late-child.ts'

let lines: Record<string, unknown>[]
let children: Logger[]
let logger: Logger

beforeEach(() => {
  lines = []
  children = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
      done()
    },
  })
  logger = pino({ level: 'warn', onChild: (child) => children.push(child as Logger) }, stream)
})

function appWith(write: (log: { warn: (text: string) => void }) => void) {
  const logController = new LogController({ disableRequestLogging: true })
  const app = fastify({ loggerInstance: logger, logController, childLoggerFactory: lateChild })
  app.get('/', async ({ log }) => {
    write(log)
    return 'ok'
  })
  return app
}

test('a request that writes nothing has no logger made for it', async () => {
  const app = appWith(() => undefined)
  await app.ready()
  const before = children.length
  expect((await app.inject('/')).statusCode).toBe(200)
  expect(children).toHaveLength(before)
})

test('what a request writes has its id, by one logger', async () => {
  const app = appWith((log) => {
    log.warn('first')
    log.warn('second')
  })
  await app.ready()
  const before = children.length
  await app.inject('/')
  expect(lines).toMatchObject([
    { level: 40, reqId: 'req-1', msg: 'first' },
    { level: 40, reqId: 'req-1', msg: 'second' },
  ])
  expect(children).toHaveLength(before + 1)
})

test('it is a logger in all else: errors, levels and children', () => {
  const log = lateChild.call({} as never, logger, { reqId: 'a' }, {}, {} as never)
  expect(log.level).toBe('warn')
  log.info('too low')
  log.child({ part: 'b' }).error({ err: new Error('broken') }, 'failed')
  expect(lines).toMatchObject([
    { level: 50, reqId: 'a', part: 'b', err: { message: 'broken' }, msg: 'failed' },
  ])
})
