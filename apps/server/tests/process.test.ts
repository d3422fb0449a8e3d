import { type TestDatabase, createTestDatabase } from '@todo/db/testing'
import { pidOf, portOf } from '@todo/embedded-postgres'
import { once } from 'node:events'
import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { type Socket, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { DEMO } from '../src/lifecycle/seed-demo.ts'
import { type ServerProcess, startProcess } from './support/process.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const JWT_SECRET = 'a secret for these tests, of more than 32 bytes'

let database: TestDatabase
let dataDir: string

beforeAll(async () => {
  database = await createTestDatabase(inject('testServerUrl'))
  dataDir = await mkdtemp(join(tmpdir(), 'todo-process-'))
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
})

const start = (env: Record<string, string> = {}) =>
  startProcess(MAIN, { DATABASE_URL: database.url, DATA_DIR: dataDir, JWT_SECRET, ...env })

async function started(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await start(env)
  await server.ready()
  return server
}

/** Opens a socket; `received` returns everything read from it. */
function open({ url }: ServerProcess, text: string): { socket: Socket; received: () => string } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()))
  socket.on('error', () => undefined)
  socket.write(text)
  return { socket, received: () => received }
}

const BODY = JSON.stringify({ ...DEMO, mode: 'body' })

/** Starts a log-in whose body is not complete yet. */
async function slowLogIn(server: ServerProcess) {
  const head = `POST /api/v1/auth/log-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\nexpect: 100-continue\r\n\r\n`
  const connection = open(server, head + BODY.slice(0, 10))
  // Sent when the server has received the head.
  await expect.poll(connection.received).toContain('100 Continue')
  return { ...connection, finish: () => connection.socket.write(BODY.slice(10)) }
}

async function logIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/auth/log-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODY,
  })
  expect(response.status).toBe(200)
  const { accessToken } = (await response.json()) as { accessToken: string }
  return accessToken
}

async function idle(server: ServerProcess) {
  const connection = open(server, 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
  await expect.poll(connection.received).toContain('alive')
  return connection
}

describe('SIGTERM', () => {
  test('reports not ready while draining, finishes pending requests, closes idle connections, exits 0', async () => {
    await using server = await started({ SHUTDOWN_DRAIN_MS: '1200' })
    const idles = await Promise.all([idle(server), idle(server)])
    const closed = Promise.all(idles.map(({ socket }) => once(socket, 'close')))
    const request = await slowLogIn(server)
    server.child.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${server.url}/health/ready`)).status).toBe(503)
    // Requests of clients that have not noticed yet are still served.
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
    await logIn(server.url)
    await closed
    expect(server.child.exitCode).toBeNull()
    request.finish()
    expect(await server.exited).toBe(0)
    expect(request.received()).toContain('HTTP/1.1 200 OK\r\n')
    expect(request.received()).toContain('accessToken')
  })

  test('an idle instance exits with 0', async () => {
    await using server = await started()
    server.child.kill('SIGINT')
    expect(await server.exited).toBe(0)
  })

  test('a request that never ends is aborted after the timeout: exit 1', async () => {
    await using server = await started({ SHUTDOWN_TIMEOUT_MS: '700' })
    await slowLogIn(server)
    const signalled = performance.now()
    server.child.kill('SIGTERM')
    expect(await server.exited).toBe(1)
    expect(performance.now() - signalled).toBeGreaterThan(650)
    expect(server.output()).toContain('could not close in time')
  })

  test('a second signal makes it exit without draining', async () => {
    await using server = await started({ SHUTDOWN_DRAIN_MS: '600000' })
    server.child.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${server.url}/health/ready`)).status).toBe(503)
    // Signals that follow the first one at once count as the same: npm sends Ctrl-C twice.
    const exitCode = () => {
      server.child.kill('SIGINT')
      return server.child.exitCode
    }
    await expect.poll(exitCode, { interval: 200 }).toBe(1)
    await server.exited
    // Even the last response is logged.
    expect(server.output()).toMatch(/"endpoint":"\/health\/ready","status_code":503/)
  })

  test('two signals within a second count as one', async () => {
    await using server = await started()
    server.child.kill('SIGINT')
    server.child.kill('SIGINT')
    expect(await server.exited).toBe(0)
  })

  test('an open stream does not delay it', async () => {
    await using server = await started({ SHUTDOWN_TIMEOUT_MS: '30000' })
    // Holds the second call of the stream until the table is free.
    const client = await database.database.pool.connect()
    try {
      const token = await logIn(server.url)
      await client.query('BEGIN; LOCK TABLE labels IN ACCESS EXCLUSIVE MODE')
      const response = await fetch(
        `${server.url}/trpc/me.get,labels.list?batch=1&input=%7B%221%22%3A%7B%7D%7D`,
        {
          headers: { authorization: `Bearer ${token}`, 'trpc-accept': 'application/jsonl' },
        },
      )
      expect(response.status).toBe(200)
      const reader = response.body!.getReader()
      expect(Buffer.from((await reader.read()).value).toString()).toContain('"0"')
      server.child.kill('SIGTERM')
      const rest = (async () => {
        while (!(await reader.read()).done);
      })().catch(() => undefined)
      await rest
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
    expect(await server.exited).toBe(0)
  })
})

describe('a start that fails says why and exits with 1', () => {
  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await using server = await start({ PORT: String(port) })
    expect(await server.exited).toBe(1)
    expect(server.output()).toContain(`Port ${port} on 127.0.0.1 is in use: set PORT to a free one.`)
    other.close()
  })

  test('production without DATABASE_URL', async () => {
    await using server = await start({ NODE_ENV: 'production', DATABASE_URL: '' })
    expect(await server.exited).toBe(1)
    expect(server.output()).toBe(
      'Invalid environment variables:\n  DATABASE_URL must be set in production: postgresql://user:password@host:port/database\n',
    )
  })

  test.for([
    ['that is not running', 'postgresql://user:hunter2@127.0.0.1:1/todo', 'connect ECONNREFUSED 127.0.0.1:1'],
    [
      'on an unknown host',
      'postgresql://user:hunter2@no-such-host.invalid:5432/todo',
      'getaddrinfo E[A-Z_]+ no-such-host.invalid',
    ],
    [
      'that is not running, on two addresses',
      'postgresql://user:hunter2@localhost:1/todo',
      '.*ECONNREFUSED.*',
    ],
  ])('a database %s', async ([, url = '', cause = '']) => {
    await using server = await start({ DATABASE_URL: url })
    expect(await server.exited).toBe(1)
    const output = server.output()
    expect(output).toMatch(
      new RegExp(`^Cannot connect to the database \\(${cause}\\): check DATABASE_URL\\.\\n$`),
    )
    expect(output).not.toContain('hunter2')
  })
})

test('the second start finds the demo account and adds nothing', async () => {
  const counts = async () => {
    const { db } = database.database
    return [await db.account.count(), await db.list.count(), await db.todo.count(), await db.change.count()]
  }
  {
    await using server = await started()
    expect(server.output()).toContain(DEMO.email)
  }
  const before = await counts()
  expect(before[0]).toBe(1)
  expect(before[2]).toBeGreaterThan(0)
  await using server = await started()
  await logIn(server.url)
  expect(await counts()).toEqual(before)
})

test('the embedded Postgres survives a crash with its data and stops with the server', async () => {
  const ownDir = await mkdtemp(join(tmpdir(), 'todo-embedded-'))
  const env = { DATABASE_URL: '', DATA_DIR: ownDir }
  const addTodo = async (url: string) => {
    const headers = {
      authorization: `Bearer ${await logIn(url)}`,
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ title: 'Outlive a crash' })
    const response = await fetch(`${url}/api/v1/todos`, { method: 'POST', headers, body })
    return (await response.json()) as { id: string }
  }
  const cluster = () => clusterOf(ownDir)
  try {
    let id: string
    let before: Awaited<ReturnType<typeof cluster>>
    {
      await using server = await started(env)
      ;({ id } = await addTodo(server.url))
      before = await cluster()
      server.child.kill('SIGKILL')
      expect(await server.exited).toBe('SIGKILL')
    }
    expect(before?.pid).toBeGreaterThan(0)
    expect(await cluster()).toEqual(before)
    await using server = await started(env)
    expect(await cluster()).toEqual(before)
    const answer = await fetch(`${server.url}/api/v1/todos/${id}`, {
      headers: { authorization: `Bearer ${await logIn(server.url)}` },
    })
    expect(answer.status).toBe(200)
    server.child.kill('SIGINT')
    expect(await server.exited).toBe(0)
    expect(await cluster()).toBeUndefined()
    const [refused] = (await once(connect(before!.port, '127.0.0.1'), 'error')) as [Error]
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
  } finally {
    await removeOwn(ownDir)
  }
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s during the start leaves no Postgres running',
  async (signal) => {
    const ownDir = await mkdtemp(join(tmpdir(), 'todo-embedded-'))
    try {
      await using server = await start({ DATABASE_URL: '', DATA_DIR: ownDir })
      const postgres = async () => pidOf(await placeOf(ownDir))
      await expect.poll(postgres, { interval: 10 }).toBeDefined()
      server.child.kill(signal)
      expect(await server.exited).toBeTypeOf('number')
      expect(await postgres()).toBeUndefined()
    } finally {
      await removeOwn(ownDir)
    }
  },
)

/** The folder of the embedded cluster. Postgres does not run as root, so for root it is outside the private folder. */
const placeOf = (ownDir: string) => readlink(join(ownDir, 'postgres')).catch(() => join(ownDir, 'postgres'))

/** Process id and port of the running Postgres. */
async function clusterOf(ownDir: string): Promise<{ pid: number; port: number } | undefined> {
  const dataDir = await placeOf(ownDir)
  const [pid, port] = [await pidOf(dataDir), await portOf(dataDir)]
  return pid === undefined || port === undefined ? undefined : { pid, port }
}

async function removeOwn(ownDir: string): Promise<void> {
  for (const path of [await placeOf(ownDir), ownDir]) await rm(path, { recursive: true, force: true })
}
