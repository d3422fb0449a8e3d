// The floor: the operations by hand, with the libraries as their documentation shows them. Fastify's routes
// (https://fastify.dev/docs/latest/Reference/Routes/), fast-jwt (https://github.com/nearform/fast-jwt#readme), and `pg` with
// prepared statements (https://node-postgres.com/features/queries#prepared-statements). No validation library, no ORM, no
// logs, no metrics.
import { createSigner, createVerifier } from 'fast-jwt'
import { type FastifyRequest, fastify } from 'fastify'
import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { CHANGE, COMPLETE, CREATE, GET, type TodoRow, listStatement, toTodo } from './todos.ts'

const { DATABASE_URL, PORT, JWT_SECRET = '', POOL_SIZE } = process.env
const pool = new Pool({
  connectionString: DATABASE_URL,
  max: Number(POOL_SIZE),
  options: '-c TimeZone=UTC',
})
const verify = createVerifier({ key: JWT_SECRET, algorithms: ['HS256'] })
const sign = createSigner({ key: JWT_SECRET, algorithm: 'HS256' })
const app = fastify()

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

class HttpError extends Error {
  readonly statusCode: number
  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

function ownerOf({ headers }: FastifyRequest): string {
  const { authorization = '' } = headers
  try {
    return (verify(authorization.slice(7)) as { sub: string }).sub
  } catch {
    throw new HttpError(401, 'Invalid token')
  }
}

function idOf({ params }: FastifyRequest): string {
  const { id } = params as { id: string }
  if (!UUID.test(id)) throw new HttpError(400, 'Invalid id')
  return id
}

async function one(statement: { name: string; text: string }, values: unknown[]) {
  const { rows } = await pool.query<TodoRow>({ ...statement, values })
  if (!rows[0]) throw new HttpError(404, 'Todo not found')
  return toTodo(rows[0])
}

type Fields = {
  title?: unknown
  description?: unknown
  priority?: unknown
  due?: { date?: unknown } | null
  listId?: unknown
}

function checked(body: unknown): Fields {
  const fields = (body ?? {}) as Fields
  const { title, description, priority, due } = fields
  if (
    (title !== undefined && (typeof title !== 'string' || title === '' || title.length > 500)) ||
    (description !== undefined && typeof description !== 'string') ||
    (priority !== undefined &&
      !(Number.isInteger(priority) && Number(priority) >= 0 && Number(priority) <= 4)) ||
    (due && typeof due.date !== 'string')
  )
    throw new HttpError(422, 'Invalid input')
  return fields
}

app.get('/health', async () => ({ status: 'healthy' }))

app.get('/api/v1/todos/:id', async (request) => one(GET, [ownerOf(request), idOf(request)]))

app.get('/api/v1/todos', async (request) => {
  const owner = ownerOf(request)
  const { statement, values, limit, cursorOf } = listStatement(request.query as Record<string, string>)
  const { rows } = await pool.query<TodoRow>({ ...statement, values: [owner, ...values] })
  const items = rows.slice(0, limit).map(toTodo)
  return { items, nextCursor: rows.length > limit ? cursorOf(rows[limit - 1]) : null }
})

app.post('/api/v1/todos', async (request, reply) => {
  const owner = ownerOf(request)
  const { title, description = '', priority = 0, due, listId = null } = checked(request.body)
  if (title === undefined) throw new HttpError(422, 'The title is missing')
  reply.code(201)
  return one(CREATE, [owner, uuidv7(), listId, title, description, priority, due?.date ?? null])
})

app.patch('/api/v1/todos/:id', async (request) => {
  const owner = ownerOf(request)
  const { title, description, priority, due } = checked(request.body)
  return one(CHANGE, [
    owner,
    idOf(request),
    title,
    description,
    priority,
    due !== undefined,
    due?.date ?? null,
  ])
})

app.post('/api/v1/todos/:id/complete', async (request) => one(COMPLETE, [ownerOf(request), idOf(request)]))

const derive = promisify(argon2)
const ACCOUNT = {
  name: 'account',
  text: 'SELECT a.owner_id AS "ownerId", a.password_hash AS hash FROM account_emails e JOIN accounts a USING (owner_id) WHERE e.email = $1',
}
const SESSION = {
  name: 'session',
  text: `INSERT INTO sessions (owner_id, id, family_hash, current_hash, created_at, last_used_at, expires_at)
    VALUES ($1, $2, $3, $4, now(), now(), now() + interval '30 days')`,
}

app.post('/api/v1/auth/log-in', async (request) => {
  const { email, password } = request.body as { email?: unknown; password?: unknown }
  if (typeof email !== 'string' || typeof password !== 'string') throw new HttpError(422, 'Invalid input')
  const { rows } = await pool.query<{ ownerId: string; hash: string }>({ ...ACCOUNT, values: [email] })
  if (!rows[0]) throw new HttpError(401, 'Wrong credentials')
  const { ownerId, hash } = rows[0]
  const [, memory, passes, parallelism, salt = '', tag = ''] =
    /m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash) ?? []
  const expected = Buffer.from(tag, 'base64')
  const actual = await derive('argon2id', {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
  })
  if (!timingSafeEqual(actual, expected)) throw new HttpError(401, 'Wrong credentials')
  const refreshToken = randomBytes(48)
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()
  const sessionId = uuidv7()
  await pool.query({
    ...SESSION,
    values: [ownerId, sessionId, sha256(refreshToken.subarray(0, 16)), sha256(refreshToken.subarray(16))],
  })
  const iat = Math.floor(Date.now() / 1000)
  return {
    tokenType: 'Bearer',
    accessToken: sign({ sub: ownerId, sid: sessionId, iat, exp: iat + 900 }),
    expiresIn: 900,
    refreshToken: refreshToken.toString('base64url'),
  }
})

process.once('SIGTERM', () => void app.close().then(() => pool.end()))
await app.listen({ port: Number(PORT), host: '127.0.0.1' })
