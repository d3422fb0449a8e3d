import createClient from 'openapi-fetch'
import type { paths } from './generated/todo-api.ts'

const url = process.env['TODO_URL'] ?? 'http://localhost:8000'
const api = createClient<paths>({ baseUrl: `${url}/api/v1` })

const login = await api.POST('/auth/log-in', {
  body: { email: 'demo@example.com', password: 'try everything once' },
})
if (login.error) throw new Error(login.error.detail)
const headers = { authorization: `Bearer ${login.data.accessToken}` }

const created = await api.POST('/todos', {
  headers,
  body: { title: 'Call the plumber', due: { date: '2030-12-24' } },
})
if (created.error) throw new Error(created.error.detail)
console.log(created.response.status, created.data.title, created.response.headers.get('etag'))

// The todo has version 1. A change that expects another version is refused.
const refused = await api.PATCH('/todos/{id}', {
  headers: { ...headers, 'content-type': 'application/merge-patch+json' },
  params: { path: { id: created.data.id }, header: { 'If-Match': '"7"' } },
  body: { priority: 3 },
})
console.log(refused.response.status, refused.error?.code) // 412 VERSION_MISMATCH

let cursor: string | undefined
do {
  const page = await api.GET('/todos', {
    headers,
    params: { query: { completed: false, limit: 5, ...(cursor !== undefined && { cursor }) } },
  })
  if (page.error) throw new Error(page.error.detail)
  for (const { title } of page.data.items) console.log(title)
  cursor = page.data.nextCursor ?? undefined
} while (cursor !== undefined)
