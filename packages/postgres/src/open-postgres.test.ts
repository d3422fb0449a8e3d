import { setTimeout as sleep } from 'node:timers/promises'
import type { Socket } from 'node:net'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { openPostgres } from './open-postgres.ts'
import { startProxy } from './testing/start-proxy.ts'
import { createScratchDatabase } from '@todo/testing'

const server = inject('testServerUrl')

test('statements and lock waits time out, and the time zone is UTC', async () => {
  await using scratch = await createScratchDatabase(server)
  const { pool, close } = openPostgres({ url: scratch.url, statementTimeoutMs: 300, lockTimeoutMs: 100 })
  await expect(pool.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' })
  const holder = await pool.connect()
  await holder.query('CREATE TABLE notes ()')
  await holder.query('BEGIN; LOCK TABLE notes')
  await expect(pool.query('SELECT * FROM notes')).rejects.toMatchObject({ code: '55P03' })
  await holder.query('ROLLBACK')
  holder.release()
  expect((await pool.query('SHOW timezone')).rows).toEqual([{ TimeZone: 'UTC' }])
  await close()
})

test('a connection that breaks while idle is reported and replaced', async () => {
  await using scratch = await createScratchDatabase(server)
  const errors: Error[] = []
  const { pool, close } = openPostgres({ url: scratch.url, onError: (error) => errors.push(error) })
  await pool.query('SELECT 1')
  const admin = new Client({ connectionString: server })
  await admin.connect()
  const name = new URL(scratch.url).pathname.slice(1)
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
  await admin.end()
  await expect.poll(() => errors.length).toBe(1)
  expect((await pool.query('SELECT 1')).rowCount).toBe(1)
  await close()
  expect(pool.totalCount).toBe(0)
})

test('the pool opens at most as many connections as configured', async () => {
  await using scratch = await createScratchDatabase(server)
  const { pool, close } = openPostgres({ url: scratch.url, poolSize: 3 })
  await Promise.all(Array.from({ length: 20 }, () => pool.query('SELECT pg_sleep(0.01)')))
  expect(pool.totalCount).toBe(3)
  await close()
})

test('a query is refused at once if too many are waiting', async () => {
  await using scratch = await createScratchDatabase(server)
  const { pool, run, close } = openPostgres({ url: scratch.url, poolSize: 1 })
  const holder = await pool.connect()
  const waiting = Array.from({ length: 50 }, () => pool.query('SELECT 1'))
  expect(pool.waitingCount).toBe(50)
  const refused = [pool.query('SELECT 1'), pool.connect(), run({ text: 'SELECT 1', values: [] })]
  // The only connection is still taken, so these were not queued.
  for (const each of refused) await expect(each).rejects.toMatchObject({ code: '53300' })
  holder.release()
  await Promise.all(waiting)
  await close()
})

test('a query that waits too long for a connection fails', async () => {
  await using scratch = await createScratchDatabase(server)
  const { pool, close } = openPostgres({ url: scratch.url, poolSize: 1 })
  const holder = await pool.connect()
  await expect(pool.query('SELECT 1')).rejects.toThrow('timeout exceeded')
  holder.release()
  await close()
})

test('close ends all connections, idle ones too', async () => {
  await using scratch = await createScratchDatabase(server)
  await using watcher = await openClient(scratch.url)
  const connections = async () => {
    const { rowCount } = await watcher.client.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'leaving'",
    )
    return rowCount
  }
  const { pool, close } = openPostgres({ url: scratch.url, applicationName: 'leaving' })
  await Promise.all([pool.query('SELECT pg_sleep(0.05)'), pool.query('SELECT 1')])
  expect(await connections()).toBeGreaterThan(0)
  await close()
  await expect.poll(connections).toBe(0)
  await expect(pool.query('SELECT 1')).rejects.toThrow('after calling end')
})

test('a query to a server that stops answering fails, and the pool recovers', async () => {
  await using scratch = await createScratchDatabase(server)
  const sockets: Socket[] = []
  // It can stop forwarding without closing either connection.
  await using proxy = await startProxy(scratch.url, (client, onward) => {
    sockets.push(client, onward)
    client.pipe(onward).pipe(client)
  })
  const { pool, close } = openPostgres({ url: proxy.url, statementTimeoutMs: 200, poolSize: 1 })
  expect((await pool.query('SELECT 1')).rowCount).toBe(1)
  // An idle connection may stay silent for longer than the timeout.
  await sleep(1_400)
  for (const socket of sockets) socket.unpipe().pause()
  await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  expect((await pool.query('SELECT 1')).rowCount).toBe(1)
  await close()
  for (const socket of sockets) socket.destroy()
})

async function openClient(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
