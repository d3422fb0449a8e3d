import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres } from '../open-postgres.ts'
import { sql } from '../testing/sql.ts'
import { startEmbeddedPostgres, userFor } from '@todo/embedded-postgres'

const opened = new AsyncDisposableStack()
let url: string

// A Postgres with a self-signed certificate.
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'todo-tls-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const { uid, gid } = await userFor(join(directory, 'data'))
  await chmod(directory, 0o755)
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }])
  for (const [name, text] of Object.entries({ cert, key })) {
    await writeFile(join(directory, name), text, { mode: 0o600 })
    if (uid !== undefined && gid !== undefined) await chown(join(directory, name), uid, gid)
  }
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, 'data'),
    durable: false,
    settings: { ssl: 'on', ssl_cert_file: join(directory, 'cert'), ssl_key_file: join(directory, 'key') },
  })
  opened.defer(() => server.stop())
  url = server.url
}, 60_000)
afterAll(() => opened.disposeAsync())

const isEncrypted = sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`
const large = sql`SELECT n, repeat(md5(n::text), 5000) AS text FROM generate_series(1, 5) n`

test('statements with large results work over TLS', async () => {
  const { run, pool, close } = openPostgres({ url: `${url}?sslmode=no-verify` })
  expect(await run(isEncrypted)).toEqual([{ ssl: true }])
  const [once, again] = await Promise.all([run<{ text: string }>(large), pool.query(large.text)])
  expect(once).toEqual(again.rows)
  expect(once.every(({ text }) => /^([\da-f]{32})\1{4999}$/.test(text))).toBe(true)
  await close()
})

test('concurrent lookups work over TLS', async () => {
  const { run, close } = openPostgres({ url: `${url}?sslmode=no-verify` })
  const numbers = Array.from({ length: 50 }, (_, n) => n)
  const text = 'SELECT $1::int AS n, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
  const rows = await Promise.all(numbers.map((n) => run({ text, values: [n], isLookup: true })))
  expect(rows).toEqual(numbers.map((n) => [{ n, ssl: true }]))
  await close()
})

test('sslmode=verify-full refuses a certificate that cannot be verified', async () => {
  const { run, close } = openPostgres({ url: `${url}?sslmode=verify-full` })
  await expect(run(isEncrypted)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await close()
})
