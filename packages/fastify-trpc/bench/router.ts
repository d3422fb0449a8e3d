import { initTRPC } from '@trpc/server'
import * as z from 'zod'
import { type OpenApiMeta, type RestMeta, trustedOutput } from '../src/index.ts'

const t = initTRPC.meta<OpenApiMeta & { rest?: RestMeta }>().create({ isDev: false })

const Item = z.object({ id: z.string(), title: z.string(), done: z.boolean(), version: z.number() })

const Row = z.object({
  id: z.uuid(),
  listId: z.uuid(),
  title: z.string(),
  notes: z.string().nullable(),
  status: z.enum(['open', 'done']),
  priority: z.number().int(),
  labels: z.array(z.string()),
  dueAt: z.iso.datetime().nullable(),
  remindAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  completedAt: z.iso.datetime().nullable(),
  position: z.string(),
  version: z.number().int(),
  starred: z.boolean(),
})
const Page = z.object({ items: z.array(Row), nextCursor: z.string().nullable() })

export const item = { id: '7', title: 'Buy milk', done: false, version: 3 }

/** Twenty objects of fifteen members. */
export const page: z.infer<typeof Page> = {
  items: Array.from({ length: 20 }, (_, index) => ({
    id: `0192f0c1-7c1e-7c3e-8b1a-0123456789${String(index + 10)}`,
    listId: '0192f0c1-7c1e-7c3e-8b1a-012345678901',
    title: `Task number ${index}, which has to be done this week`,
    notes: index % 2 ? null : 'Some notes that a reader has written about it.',
    status: 'open',
    priority: index % 4,
    labels: ['home', 'garden'],
    dueAt: '2026-12-01T08:00:00.000Z',
    remindAt: null,
    createdAt: '2026-11-01T08:00:00.000Z',
    updatedAt: '2026-11-02T08:00:00.000Z',
    completedAt: null,
    position: `a${index}`,
    version: 1,
    starred: false,
  })),
  nextCursor: 'eyJhIjoxfQ',
}

const Limit = z.object({ limit: z.string().optional() })

export const router = t.router({
  get: t.procedure
    .meta({ openapi: { method: 'GET', path: '/get/{id}' } })
    .input(z.object({ id: z.string() }))
    .output(Item)
    .query(({ input }) => ({ ...item, id: input.id })),
  list: t.procedure
    .meta({ openapi: { method: 'GET', path: '/list' } })
    .input(Limit)
    .output(Page)
    .query(() => page),
})

/** With procedures that only this package can serve. */
export const ourRouter = t.mergeRouters(
  router,
  t.router({
    trusted: t.procedure
      .meta({ openapi: { method: 'GET', path: '/trusted' } })
      .input(Limit)
      .output(trustedOutput(Page))
      .query(() => page),
  }),
)
