import { TRPCError, initTRPC, lazy } from '@trpc/server'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import { type InjectOptions, fastify } from 'fastify'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { fastifyTrpc } from '../../src/index.ts'

/** Wraps each value, which reveals code that forgets the transformer. */
const transformer = {
  serialize: (value: unknown) => ({ wrapped: value }),
  deserialize: (value: { wrapped: unknown }) => value.wrapped,
}

const t = initTRPC.context<{ user: string }>().create({
  isDev: false,
  transformer,
  errorFormatter: ({ shape, ctx, input, path, type }) => ({
    ...shape,
    seen: { ctx, input, path, type, message: shape.message },
  }),
})

const guarded = t.procedure.use(({ ctx, next }) => {
  if (ctx.user !== 'ada') throw new TRPCError({ code: 'UNAUTHORIZED' })
  return next()
})

const router = t.router({
  hello: t.procedure.query(() => 'hello'),
  nothing: t.procedure.mutation(() => undefined),
  echo: t.procedure.input(z.object({ text: z.string() })).query(({ input }) => input),
  write: guarded.input(z.object({ text: z.string() })).mutation(({ input }) => input),
  fails: t.procedure.query(() => {
    throw new TRPCError({ code: 'CONFLICT', message: 'It fails.' })
  }),
  late: lazy(async () => ({ default: t.router({ hello: t.procedure.query(() => 'late') }) })),
})

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`

test.for<[string, InjectOptions]>([
  ['output', { url: '/trpc/hello' }],
  ['void output', { method: 'POST', url: '/trpc/nothing', payload: { wrapped: null } }],
  ['input', { url: `/trpc/echo?${input({ wrapped: { text: 'a' } })}` }],
  ['input in a batch', { url: `/trpc/echo?batch=1&${input({ 0: { wrapped: { text: 'a' } } })}` }],
  ['untransformed input', { url: `/trpc/echo?${input({ text: 'a' })}` }],
  ['input that breaks the transformer', { url: '/trpc/echo?input=null' }],
  ['body', { method: 'POST', url: '/trpc/write', payload: { wrapped: { text: 'a' } } }],
  ['invalid input', { url: `/trpc/echo?${input({ wrapped: { text: 1 } })}` }],
  ['missing input', { url: '/trpc/echo' }],
  ['failure', { url: '/trpc/fails' }],
  ['failure with an input that was not read', { url: `/trpc/fails?${input({ wrapped: 1 })}` }],
  [
    'failure before the input is read',
    { method: 'POST', url: '/trpc/write', payload: { wrapped: { text: 'a' } }, headers: { user: 'bob' } },
  ],
  ['failure of the context', { url: '/trpc/hello', headers: { user: 'stranger' } }],
  ['failure in a batch', { url: '/trpc/fails,hello?batch=1' }],
  ['lazy router', { url: '/trpc/late.hello' }],
  ['lazy router in a batch', { url: '/trpc/late.hello,hello?batch=1' }],
])(
  'a transformer and an error formatter see what they do in the official adapter: %s',
  async ([, request]) => {
    const contextOf = ({ user = 'ada' }: { user?: string }) => {
      if (user === 'stranger') throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Stranger.' })
      return { user }
    }
    await using ours = fastify()
    await ours.register(fastifyTrpc<typeof router>, {
      router,
      createContext: ({ req }) => contextOf(req.headers as { user?: string }),
    })
    await using official = fastify()
    await official.register(fastifyTRPCPlugin, {
      prefix: '/trpc',
      trpcOptions: {
        router,
        createContext: ({ req }: { req: { headers: object } }) => contextOf(req.headers),
      },
    })
    const [answer, expected] = [await ours.inject(request), await official.inject(request)]
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      expected.statusCode,
      expected.headers['content-type'],
      expected.body,
    ])
  },
)
