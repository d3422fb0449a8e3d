import type { AppRouter } from '@todo/api'
import { createTRPCClient, httpBatchLink } from '@trpc/client'

const url = process.env['TODO_URL'] ?? 'http://localhost:8000'
let token = ''

const trpc = createTRPCClient<AppRouter>({
  links: [
    httpBatchLink({
      url: `${url}/trpc`,
      headers: () => (token ? { authorization: `Bearer ${token}` } : {}),
    }),
  ],
})

const login = { email: 'demo@example.com', password: 'try everything once' }
token = (await trpc.auth.logIn.mutate(login)).accessToken

// Calls made at the same moment travel in one request.
const [me, { items }] = await Promise.all([
  trpc.me.get.query(),
  trpc.todos.list.query({ completed: false, sort: 'due' }),
])
console.log(`Open todos of ${me.displayName}:`)
for (const { title, due } of items) console.log(title, due)
