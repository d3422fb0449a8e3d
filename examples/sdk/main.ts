import { TodoApiError, createTodoClient } from '@todo/client'

const client = createTodoClient({ url: process.env['TODO_URL'] ?? 'http://localhost:8000' })
await client.auth.logIn({ email: 'demo@example.com', password: 'try everything once' })

// Without `since`, the changes feed returns a cursor for the present moment.
let changes = await client.changes.list()

const todo = await client.todos.create({ title: 'Water the plants', due: { date: '2030-12-24' } })
await client.todos.complete({ id: todo.id })

// Completing the todo made version 2, so a change that expects version 1 is refused.
try {
  await client.todos.change({ id: todo.id, priority: 3, ifVersion: todo.version })
} catch (error) {
  if (!(error instanceof TodoApiError && error.code === 'VERSION_MISMATCH')) throw error
  console.log(error.status, error.code) // 412 VERSION_MISMATCH
}

// `all` requests the next page when the loop needs it.
for await (const { title } of client.todos.list.all({ completed: false, limit: 5 })) console.log(title)

// The changes since the cursor, in the order in which they were made.
do {
  changes = await client.changes.list({ since: changes.nextCursor })
  for (const { op, entity, version } of changes.items) console.log(op, entity, version)
} while (changes.hasMore)
