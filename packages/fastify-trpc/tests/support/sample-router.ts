import { TRPCError, initTRPC, tracked } from '@trpc/server'
import { Readable } from 'node:stream'
import * as z from 'zod'
import type { ProcedureMeta } from '../../src/index.ts'

export type SampleContext = {
  user: string
  /** Called when an endless procedure is aborted. */
  onEnd?: () => void
}

const t = initTRPC.context<SampleContext>().meta<ProcedureMeta>().create({ isDev: false })

/** The codes in the meta of the procedures. */
export const sampleErrors = {
  BOOK_NOT_FOUND: { status: 404, message: 'There is no such book.' },
  LENT: { status: 409, message: 'It is lent.' },
}

export const Book = z
  .object({ id: z.number().int(), title: z.string(), version: z.number().int() })
  .meta({ id: 'Book' })
export type Book = z.infer<typeof Book>

const Id = z.number().int().positive()
const BookFields = z.strictObject({ title: z.string().min(1), pages: z.number().int().optional() })

const books = t.router({
  /** Returns its input, so that tests see the decoded query. */
  search: t.procedure
    .meta({ openapi: { method: 'GET', path: '/books', tags: ['books'] } })
    .input(
      z.strictObject({
        text: z.string().optional(),
        minPages: z.number().optional(),
        lent: z.boolean().optional(),
        tags: z.array(z.string()).optional(),
        years: z.array(z.number()).max(3).optional(),
        serial: z.bigint().optional(),
        size: z.enum(['small', 'large']).nullish(),
        cursor: z
          .string()
          .regex(/^c\d+$/)
          .optional(),
        limit: z.number().int().min(1).max(50).default(10),
      }),
    )
    .output(z.looseObject({ limit: z.number() }))
    .query(({ input: { serial, ...input } }) => ({
      ...input,
      ...(serial !== undefined && { serial: `${serial}n` }),
    })),
  newest: t.procedure
    .meta({ openapi: { method: 'GET', path: '/books/newest' } })
    .output(Book)
    .query(() => ({ id: 99, title: 'newest', version: 1 })),
  get: t.procedure
    .meta({
      openapi: { method: 'GET', path: '/books/{id}', protect: true, tags: ['books'] },
      rest: { etag: 'version' },
      errors: ['NOT_FOUND'],
    })
    .input(z.strictObject({ id: Id, long: z.boolean().optional() }))
    .output(Book)
    .query(({ input }) => {
      if (input.id === 404) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such book.' })
      return { id: input.id, title: input.long ? 'a long title' : 'title', version: 3 }
    }),
  create: t.procedure
    .meta({
      openapi: { method: 'POST', path: '/books', protect: true },
      rest: { status: 201, location: '/books/{id}', etag: 'version' },
    })
    .input(BookFields)
    .output(Book)
    .mutation(({ input }) => ({ id: 7, title: input.title, version: 1 })),
  update: t.procedure
    .meta({
      openapi: { method: 'PATCH', path: '/books/{id}', protect: true },
      rest: {
        etag: 'version',
        ifMatch: 'ifVersion',
        mergePatch: true,
      },
      errors: ['BOOK_NOT_FOUND', 'LENT', 'PRECONDITION_FAILED'],
    })
    .input(BookFields.partial().extend({ id: Id, ifVersion: z.number().int().optional() }))
    .output(Book)
    .mutation(({ input }) => {
      if (input.ifVersion !== undefined && input.ifVersion !== 3) {
        throw new TRPCError({ code: 'PRECONDITION_FAILED', message: `It is 3, not ${input.ifVersion}.` })
      }
      return { id: input.id, title: input.title ?? 'title', version: 4 }
    }),
  remove: t.procedure
    .meta({ openapi: { method: 'DELETE', path: '/books/{id}' } })
    .input(z.strictObject({ id: Id }))
    .output(z.void())
    .mutation(() => undefined),
  lend: t.procedure
    .meta({ openapi: { method: 'POST', path: '/books/{id}/lend' }, rest: { ifMatch: 'ifVersion' } })
    .input(z.strictObject({ id: Id, ifVersion: z.number().int().optional() }))
    .output(z.object({ lent: z.boolean() }))
    .mutation(() => ({ lent: true })),
  rename: t.procedure
    .meta({ openapi: { method: 'PUT', path: '/books/{id}/title' }, rest: { ifMatch: 'version' } })
    .input(z.strictObject({ id: Id, version: z.number().int(), title: z.string().optional() }))
    .output(z.void())
    .mutation(() => undefined),
})

const failing = t.router({
  known: t.procedure
    .meta({ openapi: { method: 'GET', path: '/failing/known' }, errors: ['FORBIDDEN'] })
    .output(z.void())
    .query(() => {
      throw new TRPCError({ code: 'FORBIDDEN', message: 'Not for you.' })
    }),
  unauthorized: t.procedure
    .meta({ openapi: { method: 'GET', path: '/failing/unauthorized' } })
    .output(z.void())
    .query(() => {
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Who are you?' })
    }),
  unknown: t.procedure
    .meta({ openapi: { method: 'GET', path: '/failing/unknown' } })
    .output(z.void())
    .query(() => {
      throw new Error('secret of the database')
    }),
  text: t.procedure.query(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- like a careless procedure
    throw 'a text'
  }),
  nothing: t.procedure.query(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- like a careless procedure
    throw undefined
  }),
  object: t.procedure.query(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- like a careless procedure
    throw {}
  }),
  cycle: t.procedure.query(() => {
    const cycle: { self?: object } = {}
    cycle.self = cycle
    // Its inferred type would be infinite.
    return cycle
  }),
  promise: t.procedure.query(() => ({ later: Promise.resolve(1) })),
  listed: t.procedure.query(() => [Readable.from([1])] as unknown),
  forgetful: t.procedure.use((() => undefined) as never).query(() => 'never'),
  output: t.procedure.output(z.number()).query(() => 'no number' as unknown as number),
})

const isOpen = (signal: AbortSignal | undefined) => !signal?.aborted

const pause = () => new Promise((resolve) => setTimeout(resolve, 10))

const live = t.router({
  /** Responds once the client has disconnected. */
  wait: t.procedure
    .meta({ openapi: { method: 'GET', path: '/live/wait' } })
    .output(z.void())
    .query(async ({ ctx, signal }) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      ctx.onEnd?.()
    }),
  /** A query that streams endlessly. */
  ticks: t.procedure.query(async function* ticks({ signal }) {
    for (let tick = 1; isOpen(signal); tick += 1) {
      yield tick
      await pause()
    }
  }),
  /** Continues counting after the client's last event; endless if `to` is not given. */
  count: t.procedure
    .input(z.object({ to: z.number().optional(), lastEventId: z.string().nullish() }))
    .subscription(async function* count({ ctx, input, signal }) {
      const to = input.to ?? Infinity
      for (let next = Number(input.lastEventId ?? 0) + 1; next <= to && isOpen(signal); next += 1) {
        yield tracked(String(next), { next })
        if (to === Infinity) await pause()
      }
      ctx.onEnd?.()
    }),
  breaks: t.procedure.subscription(async function* breaks() {
    yield 1
    throw new TRPCError({ code: 'CONFLICT', message: 'It broke.' })
  }),
})

export const sampleRouter = t.router({
  hello: t.procedure.query(() => 'hello'),
  whoAmI: t.procedure.query(({ ctx }) => ctx.user),
  echo: t.procedure.input(z.object({ text: z.string() })).query(({ input }) => input),
  changed: t.procedure
    .use(({ ctx, input, next }) => next({ ctx: { user: `${ctx.user} ${typeof input}` } }))
    .use(async ({ getRawInput, next }) => {
      const raw = Object(await getRawInput()) as object
      return next({ getRawInput: async () => ({ ...raw, text: 'b' }) })
    })
    .input(z.object({ text: z.string() }))
    .use(({ input, next }) => next({ ctx: { seen: Object.keys(input) } }))
    .query(({ ctx: { user, seen }, input }) => ({ user, seen, input })),
  optional: t.procedure
    .input(z.object({ text: z.string() }).optional())
    .query(({ input }) => input ?? 'none'),
  double: t.procedure.input(z.object({ n: z.number() })).mutation(({ input }) => input.n * 2),
  bump: t.procedure.mutation(() => 'bumped'),
  nothing: t.procedure.mutation(() => undefined),
  numbers: t.procedure.query(async function* numbers() {
    yield 1
    yield 2
    return 'end'
  }),
  aProcedureWithAVeryLongNameThatMakesBatchesOfItLong: t.procedure.query(() => 'long'),
  books,
  failing,
  live,
})
export type SampleRouter = typeof sampleRouter
