import { Prisma } from '@todo/db'
import { createTestDatabase } from '@todo/db/testing'
import { withClient } from '@todo/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { logIn } from '../accounts/log-in.ts'
import { type TestContext, at, makeContext } from '../testing/context.ts'
import { type TestUser, allChanges, as, makeTodo, makeUser } from '../testing/factories.ts'
import { prune } from './prune.ts'

const DAY_MS = 86_400_000

const opened = new AsyncDisposableStack()
let ctx: TestContext
let url: string
let user: TestUser

beforeAll(async () => {
  const testDatabase = opened.use(await createTestDatabase(inject('testServerUrl')))
  url = testDatabase.url
  ctx = makeContext(testDatabase.database)
  user = await makeUser(ctx)
})
afterAll(() => opened.disposeAsync())

const daysAgo = (days: number) => at(ctx, Date.now() - days * DAY_MS)

/** Deletes all expired rows. Returns the number of rows of each batch, by table. */
async function pruned(options: Parameters<typeof prune>[1] = {}): Promise<Record<string, number[]>> {
  const batches: Record<string, number[]> = {}
  await prune(ctx, { ...options, onBatch: (table, rows) => (batches[table] ??= []).push(rows) })
  return batches
}

test('changes older than 90 days are deleted in small batches; the others stay', async () => {
  const early = await makeUser(daysAgo(91))
  for (let todo = 0; todo < 5; todo++) await makeTodo(as({ ...early, ctx: daysAgo(91) }))
  const kept = [await makeTodo(as({ ...early, ctx: daysAgo(89) })), await makeTodo(as({ ...early, ctx }))]
  const { changes } = await pruned({ batchSize: 3 })
  expect(changes!.length).toBeGreaterThan(1)
  expect(Math.max(...changes!)).toBe(3)
  const left = await ctx.db.change.findMany({ where: { ownerId: early.id }, orderBy: { seq: 'asc' } })
  expect(left.map(({ entityId }) => entityId)).toEqual(kept.map(({ id }) => id))
  expect(await pruned()).toEqual({})
})

test('expired sessions are deleted, and revocations whose access tokens have all expired', async () => {
  const sessions = () => ctx.db.session.count({ where: { ownerId: user.id } })
  await logIn(daysAgo(32), user, undefined)
  await logIn(daysAgo(32), user, undefined)
  await logIn(ctx, user, undefined)
  expect(await sessions()).toBe(3)
  await ctx.db.sessionRevocation.create({
    data: { ownerId: user.id, sessionId: user.id, revokedAt: new Date(Date.now() - 2 * DAY_MS) },
  })
  expect(await pruned()).toEqual({ sessions: [2], session_revocations: [1] })
  expect(await sessions()).toBe(1)
})

test('only one of several instances deletes, and each row is deleted once', async () => {
  const early = await makeUser(daysAgo(100))
  for (let todo = 0; todo < 20; todo++) await makeTodo(as({ ...early, ctx: daysAgo(100) }))
  const rows = (await allChanges(as(early))).length
  const results = await Promise.all([1, 2, 3].map(() => pruned({ batchSize: 4 })))
  const deleted = results.flatMap(({ changes = [] }) => changes)
  expect(deleted.reduce((sum, count) => sum + count, 0)).toBe(rows)
  expect(await ctx.db.change.count({ where: { ownerId: early.id } })).toBe(0)
})

test('nothing is deleted while another instance deletes', async () => {
  const early = await makeUser(daysAgo(100))
  await withClient(url, async (other) => {
    await other.query('BEGIN; SELECT pg_advisory_xact_lock(72707373)')
    expect(await pruned()).toEqual({})
    await other.query('COMMIT')
  })
  expect(await ctx.db.change.count({ where: { ownerId: early.id } })).toBeGreaterThan(0)
  expect(Object.keys(await pruned())).toEqual(['changes'])
})

test('the signal stops it between two batches', async () => {
  const early = await makeUser(daysAgo(100))
  for (let todo = 0; todo < 4; todo++) await makeTodo(as({ ...early, ctx: daysAgo(100) }))
  const stop = new AbortController()
  const batches = await pruned({ batchSize: 1, signal: stop.signal, pause: async () => stop.abort() })
  expect(batches).toEqual({ changes: [1] })
  await pruned()
})

test('expired rows are found by an index', async () => {
  await ctx.db.$executeRaw(Prisma.sql`
    INSERT INTO changes (owner_id, seq, entity, entity_id, op, version, actor_id, at)
    SELECT ${user.id}::uuid, 1000 + n, 'todo', ${user.id}::uuid, 'update', 1, ${user.id}::uuid, now()
    FROM generate_series(1, 20000) n`)
  await ctx.db.$executeRaw(Prisma.sql`ANALYZE changes`)
  const plan = await ctx.db.$queryRaw<{ 'QUERY PLAN': string }[]>(Prisma.sql`
    EXPLAIN SELECT owner_id, seq FROM changes WHERE at < now() - interval '90 days' ORDER BY at LIMIT 1000`)
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('changes_at_idx')
})
