import { Socket } from 'node:net'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { batchedQuery } from './batched-query.ts'

/** A client, and the number of writes to its socket. */
async function openClient() {
  const socket = new Socket()
  let writes = 0
  for (const name of ['_write', '_writev'] as const) {
    const write = socket[name]?.bind(socket) as (...args: unknown[]) => void
    socket[name] = (...args: unknown[]) => {
      writes += 1
      write(...args)
    }
  }
  const config = { connectionString: inject('testServerUrl'), pipeline: true, stream: () => socket }
  const client = new Client(config)
  await client.connect()
  return { client, writes: () => writes, [Symbol.asyncDispose]: () => client.end() }
}

const select = (n: number) => ({ name: 'select_n', text: 'SELECT $1::int AS n', values: [n] })

test('the queries of one turn of the event loop are written together', async () => {
  await using opened = await openClient()
  const before = opened.writes()
  const numbers = Array.from({ length: 20 }, (_, n) => n)
  const rows = await Promise.all(numbers.map((n) => batchedQuery(opened.client, select(n))))
  expect(rows).toEqual(numbers.map((n) => [{ n }]))
  expect(opened.writes() - before).toBe(1)
})

test('an error rejects its own query only, and its stack shows the caller', async () => {
  await using opened = await openClient()
  async function theCaller() {
    const rows = await batchedQuery(opened.client, { name: 'none', text: 'SELECT 1 / 0', values: [] })
    return rows
  }
  const [failed, answered] = await Promise.allSettled([theCaller(), batchedQuery(opened.client, select(7))])
  expect(answered).toMatchObject({ value: [{ n: 7 }] })
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: '22012' } })
  expect((failed as PromiseRejectedResult).reason.stack).toContain('theCaller')
})
