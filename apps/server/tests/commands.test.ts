import { readMigrations } from '@todo/db'
import { createScratchDatabase, freePort, withClient } from '@todo/testing'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../src/main.ts')

type Ended = { code: number | string | null | undefined; output: string }

/** Runs a command of the service with only these environment variables. */
const command = (args: string[], env: Record<string, string> = {}) =>
  new Promise<Ended>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr })
    })
  })

test('migrate creates the tables once, even if several run at the same time, and needs no JWT secret', async () => {
  await using database = await createScratchDatabase(inject('testServerUrl'))
  const env = { NODE_ENV: 'production', DATABASE_URL: 'postgresql://localhost:1/none' }
  const runs = Array.from({ length: 3 }, () =>
    command(['migrate'], { ...env, DATABASE_MIGRATION_URL: database.url }),
  )
  for (const { code, output } of await Promise.all(runs)) expect(code, output).toBe(0)
  const { rows } = await withClient(database.url, (client) =>
    client.query<{ name: string }>(
      'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    ),
  )
  expect(rows.map(({ name }) => name)).toEqual((await readMigrations()).map(({ name }) => name))
  const again = await command(['migrate'], { NODE_ENV: 'production', DATABASE_URL: database.url })
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('"nothing to migrate"') })
})

test('PGUSER and PGPASSWORD are used if the URL has no login', async () => {
  await using database = await createScratchDatabase(inject('testServerUrl'))
  const url = new URL(database.url)
  const login = { PGUSER: url.username, PGPASSWORD: url.password }
  url.username = ''
  url.password = ''
  const env = { NODE_ENV: 'production', DATABASE_URL: url.href }
  const without = await command(['migrate'], { ...env, PGUSER: 'nobody_of_that_name' })
  expect(without.code).toBe(1)
  const { code, output } = await command(['migrate'], { ...env, ...login })
  expect(code, output).toBe(0)
})

test('migrate explains a missing variable and an unreachable database', async () => {
  const none = await command(['migrate'], { NODE_ENV: 'production' })
  expect(none).toMatchObject({ code: 1, output: expect.stringContaining('DATABASE_URL must be set') })
  const away = await command(['migrate'], { DATABASE_URL: `postgresql://127.0.0.1:${await freePort()}/none` })
  expect(away).toMatchObject({ code: 1, output: expect.stringContaining('Cannot connect to the database') })
})

test('healthcheck succeeds if the instance is alive and fails otherwise', async () => {
  let status = 200
  const paths: (string | undefined)[] = []
  const server = createServer((request, response) => {
    paths.push(request.url)
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const check = () => command(['healthcheck'], { HOST: '0.0.0.0', PORT: String(port) })
  expect(await check()).toEqual({ code: 0, output: '' })
  expect(paths).toEqual(['/health/live'])
  status = 503
  expect(await check()).toMatchObject({ code: 1, output: '/health/live responded with 503\n' })
  server.close()
  expect(await check()).toMatchObject({ code: 1, output: expect.stringContaining('ECONNREFUSED') })
})

test.each([['sing'], ['serve', 'twice']])('%s is not a command', async (...args) => {
  expect(await command(args)).toMatchObject({
    code: 2,
    output: expect.stringContaining('serve|migrate|healthcheck'),
  })
})
