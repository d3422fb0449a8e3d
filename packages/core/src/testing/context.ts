import type { Database } from '@todo/db'
import { createTestDatabase } from '@todo/db/testing'
import { afterAll, inject } from 'vitest'
import { createKeyRing, signingKey } from '../auth/key-ring.ts'
import { createPasswordHasher } from '../auth/password-hasher.ts'
import type { Context } from '../context.ts'

export type TestContext = Context & { db: Database['db'] }

/** A context for `database`, with the system clock. */
export function makeContext({ db, run }: Database): TestContext {
  return {
    db,
    run,
    now: () => new Date(),
    keyRing: createKeyRing([signingKey('a secret for tests that is long enough')]),
    passwords: createPasswordHasher({ maxQueued: 100 }),
  }
}

/** A context for a database that this test file has to itself. It is dropped after the tests. */
export async function openContext(): Promise<TestContext> {
  const testDatabase = await createTestDatabase(inject('testServerUrl'))
  afterAll(() => testDatabase[Symbol.asyncDispose]())
  return makeContext(testDatabase.database)
}

/** The same context at another time. */
export function at<C extends Context>(ctx: C, time: string | number | Date): C {
  return { ...ctx, now: () => new Date(time) }
}
