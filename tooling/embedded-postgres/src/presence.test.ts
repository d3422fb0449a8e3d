import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startEmbeddedPostgres } from './start.ts'

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

test('a shared server stops with its last user, even if all leave at once', async () => {
  await using opened = new AsyncDisposableStack()
  const parent = await mkdtemp(join(tmpdir(), 'todo-embedded-'))
  opened.defer(() => rm(parent, { recursive: true }))
  await chmod(parent, 0o755)
  const startThree = async () => {
    const dataDir = join(parent, 'data')
    const users = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres({ dataDir, durable: false })))
    for (const { stop } of users) opened.defer(stop)
    return users
  }

  const [last, ...others] = await startThree()
  await Promise.all(others.map(({ stop }) => stop()))
  expect(await answers(last!.url)).toBe(true)
  await last!.stop()
  expect(await answers(last!.url)).toBe(false)

  const users = await startThree()
  expect(await answers(users[0]!.url)).toBe(true)
  await Promise.all(users.map(({ stop }) => stop()))
  expect(await answers(users[0]!.url)).toBe(false)
})
