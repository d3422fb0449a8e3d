import { TRPCError, initTRPC } from '@trpc/server'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type OpenApiMeta, type Problem, type RestMeta, fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

const t = initTRPC.meta<OpenApiMeta & { rest?: RestMeta }>().create({ isDev: false })

/** The current version of each kind. */
const current: Record<string, string | number | null | undefined> = {}

/** A resource with a version of this schema. GET reads it; PUT writes it if the version matches. */
function resource(kind: string, schema: z.ZodType) {
  return t.router({
    read: t.procedure
      .meta({ openapi: { method: 'GET', path: `/${kind}` }, rest: { etag: 'version' } })
      .output(z.object({ version: schema.nullish() }))
      .query(() => ({ version: current[kind] })),
    write: t.procedure
      .meta({ openapi: { method: 'PUT', path: `/${kind}` }, rest: { ifMatch: 'version' } })
      .input(z.strictObject({ version: schema.optional() }))
      .output(z.object({ wrote: z.unknown() }))
      .mutation(({ input }) => {
        if (input.version !== undefined && input.version !== current[kind]) {
          throw new TRPCError({ code: 'PRECONDITION_FAILED', message: 'It is another.' })
        }
        return { wrote: input.version ?? 'any' }
      }),
    insist: t.procedure
      .meta({ openapi: { method: 'POST', path: `/${kind}` }, rest: { ifMatch: 'version' } })
      .input(z.strictObject({ version: schema }))
      .output(z.object({ wrote: z.unknown() }))
      .mutation(({ input }) => ({ wrote: input.version })),
  })
}

const router = t.router({
  numbers: resource('numbers', z.number()),
  texts: resource('texts', z.string()),
  either: resource('either', z.union([z.number(), z.string()])),
  dates: resource('dates', z.iso.datetime()),
})

let app: FastifyInstance
let url: string

beforeAll(async () => {
  app = fastify()
  await app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) })
  url = await listen(app)
})

afterAll(() => app.close())

async function read(kind: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/api/${kind}`, { headers })
  await response.text()
  return { status: response.status, etag: response.headers.get('etag') }
}

async function write(kind: string, ifMatch: string, method = 'PUT') {
  const response = await fetch(`${url}/api/${kind}`, { method, headers: { 'if-match': ifMatch } })
  return { status: response.status, body: (await response.json()) as Problem & { wrote?: unknown } }
}

describe('an ETag that was served', () => {
  test.for([
    ['numbers', 0],
    ['numbers', 2 ** 31],
    ['numbers', Number.MAX_SAFE_INTEGER],
    ['numbers', -1],
    ['numbers', 1.5],
    ['numbers', 1e21],
    ['texts', 'v2'],
    ['texts', '12345678901'],
    ['texts', '007'],
    ['texts', '*'],
    ['texts', 'a, b'],
    ['texts', 'W/"a", "b"'],
    ['texts', ''],
    ['texts', '50%'],
    ['texts', '日本\u{1F4D6}'],
    ['texts', 'a\r\nset-cookie: b=c'],
    ['texts', 'qY3+/=='],
    ['either', 'rc1'],
    ['either', 12345678901],
    ['dates', '2026-01-02T03:04:05.678Z'],
  ] as const)('can be sent back: %s %s', async ([kind, version]) => {
    current[kind] = version
    const { status, etag } = await read(kind)
    expect(status).toBe(200)
    expect(etag).toMatch(/^"[\x21\x23-\x7e]*"$/)
    expect(await write(kind, etag!)).toMatchObject({ status: 200, body: { wrote: version } })
    expect(await write(kind, ` ${etag} `)).toMatchObject({ status: 200 })
    for (const tag of [etag!, `W/${etag}`, `"other", ${etag}`, `"a,b" , W/${etag}`]) {
      expect(await read(kind, { 'if-none-match': tag })).toEqual({ status: 304, etag })
    }
  })

  test('no longer matches once the version has changed', async () => {
    current['texts'] = 'old "one"'
    const { etag } = await read('texts')
    current['texts'] = 'new one'
    expect(await write('texts', etag!)).toMatchObject({ status: 412, body: { detail: 'It is another.' } })
    expect((await read('texts', { 'if-none-match': etag! })).status).toBe(200)
  })

  test.for([null, undefined])('is missing without a version: %s', async (version) => {
    current['numbers'] = version
    expect(await read('numbers')).toEqual({ status: 200, etag: null })
  })
})

describe('If-Match', () => {
  test.for([
    ['numbers', 'W/"3"'],
    ['numbers', '"3", "4"'],
    ['numbers', '"03"'],
    ['numbers', '"3.0"'],
    ['numbers', '"x"'],
    ['numbers', '""'],
    ['numbers', '3'],
    ['numbers', '"3'],
    ['texts', '"%33"'],
    ['texts', '"100%"'],
    ['dates', '"3"'],
  ] as const)('with no version or several gives 412: %s %s', async ([kind, header]) => {
    current[kind] = kind === 'numbers' ? 3 : '3'
    expect(await write(kind, header)).toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED', detail: expect.stringContaining('If-Match') },
    })
  })

  test.for(['W/"4", "3"', '"x", "3"', '"3", "3"', '"3",'])(
    'may list tags that are of no version: %s',
    async (header) => {
      current['numbers'] = 3
      expect(await write('numbers', header)).toMatchObject({ status: 200, body: { wrote: 3 } })
    },
  )

  test('* matches any version, unless the procedure requires one', async () => {
    expect(await write('numbers', '*')).toMatchObject({ status: 200, body: { wrote: 'any' } })
    expect(await write('numbers', '*', 'POST')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'version' }] },
    })
    expect(await write('numbers', '"3"', 'POST')).toMatchObject({ status: 200, body: { wrote: 3 } })
  })
})
