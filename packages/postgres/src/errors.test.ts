import { withClient } from '@todo/testing'
import { expect, inject, test } from 'vitest'
import { isUnavailable } from './errors.ts'

/** The error of a statement whose connection was lost before it was sent. */
const failure = (lose: (client: Client) => Promise<unknown>) =>
  withClient(inject('testServerUrl'), async (client) => {
    client.on('error', () => undefined)
    await lose(client)
    return client.query('SELECT 1').catch((error: unknown) => error)
  })

type Client = Parameters<Parameters<typeof withClient>[1]>[0]

test('a connection that breaks before its statement is sent is worth a retry', async () => {
  // This happens when a server stops between the check of a new connection and its use.
  const broken = await failure(async (client) => {
    const pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid
    const ended = new Promise((resolve) => client.once('error', resolve))
    await withClient(inject('testServerUrl'), (other) =>
      other.query('SELECT pg_terminate_backend($1)', [pid]),
    )
    await ended
  })
  expect(broken).toMatchObject({ message: expect.stringContaining('not queryable') })
  expect(isUnavailable(broken)).toBe(true)
})

test('a connection that was closed before its statement is sent is worth a retry', async () => {
  const closed = await failure((client) => client.end())
  expect(closed).toMatchObject({ message: expect.stringContaining('not queryable') })
  expect(isUnavailable(closed)).toBe(true)
})

test('a mistake in the statement is not worth a retry', async () => {
  const refused = await withClient(inject('testServerUrl'), (client) =>
    client.query('SELECT nothing').catch((error: unknown) => error),
  )
  expect(refused).toBeInstanceOf(Error)
  expect(isUnavailable(refused)).toBe(false)
})
