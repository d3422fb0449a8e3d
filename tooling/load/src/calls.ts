export type Protocol = 'rest' | 'rpc'

export type Call = { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: unknown }

type Query = Record<string, string | number | boolean>

/** The requests of the operations in one protocol. */
export type Calls = {
  get: (id: string) => Call
  list: (query: Query) => Call
  create: (fields: Record<string, unknown>) => Call
  change: (id: string, fields: Record<string, unknown>) => Call
  complete: (id: string) => Call
  logIn: (credentials: { email: string; password: string }) => Call
  /** Many gets in one request; REST has no batches. */
  batch?: (ids: string[]) => Call
  /** The operation's answer in the body of a response. */
  answerOf: (text: string) => unknown
}

const rest: Calls = {
  get: (id) => ({ method: 'GET', path: `/api/v1/todos/${id}` }),
  list: (query) => ({ method: 'GET', path: `/api/v1/todos?${new URLSearchParams(texts(query))}` }),
  create: (fields) => ({ method: 'POST', path: '/api/v1/todos', body: fields }),
  change: (id, fields) => ({ method: 'PATCH', path: `/api/v1/todos/${id}`, body: fields }),
  complete: (id) => ({ method: 'POST', path: `/api/v1/todos/${id}/complete`, body: {} }),
  logIn: (credentials) => ({ method: 'POST', path: '/api/v1/auth/log-in', body: credentials }),
  answerOf: (text) => JSON.parse(text),
}

const rpc: Calls = {
  get: (id) => query('todos.get', { id }),
  list: (input) => query('todos.list', input),
  create: (fields) => mutation('todos.create', fields),
  change: (id, fields) => mutation('todos.change', { id, ...fields }),
  complete: (id) => mutation('todos.complete', { id }),
  logIn: (credentials) => mutation('auth.logIn', credentials),
  batch: (ids) => {
    const input = Object.fromEntries(ids.map((id, index) => [index, { id }]))
    return {
      method: 'GET',
      path: `/trpc/${ids.map(() => 'todos.get').join(',')}?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`,
    }
  },
  answerOf: (text) => {
    const envelope = JSON.parse(text) as Envelope | Envelope[]
    return Array.isArray(envelope) ? envelope.map(({ result }) => result?.data) : envelope.result?.data
  },
}

type Envelope = { result?: { data: unknown } }

const query = (procedure: string, input: unknown): Call => ({
  method: 'GET',
  path: `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`,
})

const mutation = (procedure: string, input: unknown): Call => ({
  method: 'POST',
  path: `/trpc/${procedure}`,
  body: input,
})

const texts = (values: Query) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))

export const CALLS: Record<Protocol, Calls> = { rest, rpc }
