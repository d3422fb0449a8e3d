// https://hono.dev/examples/zod-openapi, https://hono.dev/docs/middleware/builtin/jwt and
// https://hono.dev/docs/getting-started/nodejs
import { serve } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { type JwtVariables, jwt } from 'hono/jwt'
import { pool } from './database.ts'
import { env } from './env.ts'
import { logIn } from './log-in.ts'
import { getTodo, listTodos } from './read-todos.ts'
import * as routes from './routes.ts'
import { changeTodo, completeTodo, createTodo } from './write-todos.ts'

type Env = { Variables: JwtVariables<{ sub: string; sid: string }> }

const api = new OpenAPIHono<Env>()
api.openAPIRegistry.registerComponent('securitySchemes', 'Bearer', { type: 'http', scheme: 'bearer' })
api.use('/todos/*', jwt({ secret: env.jwtSecret, alg: 'HS256' }))
api.openapi(routes.get, async (c) =>
  c.json(await getTodo(c.var.jwtPayload.sub, c.req.valid('param').id), 200),
)
api.openapi(routes.list, async (c) =>
  c.json(await listTodos(c.var.jwtPayload.sub, c.req.valid('query')), 200),
)
api.openapi(routes.create, async (c) =>
  c.json(await createTodo(c.var.jwtPayload.sub, c.req.valid('json')), 201),
)
api.openapi(routes.change, async (c) =>
  c.json(await changeTodo(c.var.jwtPayload.sub, c.req.valid('param').id, c.req.valid('json')), 200),
)
api.openapi(routes.complete, async (c) =>
  c.json(await completeTodo(c.var.jwtPayload.sub, c.req.valid('param').id), 200),
)
api.openapi(routes.logIn, async (c) => c.json(await logIn(c.req.valid('json')), 200))

const app = new OpenAPIHono()
app.get('/health', (c) => c.json({ status: 'healthy' }))
app.route('/api/v1', api)

const server = serve({ fetch: app.fetch, port: env.port, hostname: '127.0.0.1' })
process.once('SIGTERM', () => server.close(() => void pool.end()))
