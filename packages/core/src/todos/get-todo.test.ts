import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { OwnerContext } from '../context.ts'
import { openContext } from '../testing/context.ts'
import { as, makeTodo, makeUser } from '../testing/factories.ts'
import { getTodo } from './get-todo.ts'

const ctx = await openContext()

/** The same context, and the statements that it has run. */
function recorded<C extends OwnerContext>(user: C) {
  const statements: unknown[][] = []
  const run: C['run'] = (statement) => {
    statements.push([...statement.values])
    return user.run(statement)
  }
  return { user: { ...user, run }, other: (other: C): C => ({ ...other, run }), statements }
}

test('todos that are read at once are read by one statement per owner', async () => {
  const [ann, ben] = [as(await makeUser(ctx)), as(await makeUser(ctx))]
  const [one, two, three] = [await makeTodo(ann), await makeTodo(ann), await makeTodo(ben)]
  const { user, other, statements } = recorded(ann)
  const foreign = getTodo(user, three)
  const todos = [getTodo(user, one), getTodo(other(ben), three), getTodo(user, two), getTodo(user, one)]
  await expect(foreign).rejects.toMatchObject({ reason: 'TODO_NOT_FOUND' })
  expect(await Promise.all(todos)).toEqual([one, three, two, one])
  expect(statements).toEqual([
    [ann.ownerId, [three.id, one.id, two.id, one.id]],
    [ben.ownerId, three.id],
  ])

  expect(await getTodo(user, one)).toEqual(one)
  expect(statements).toHaveLength(3)
})

test('a statement reads at most a hundred todos', async () => {
  const { user, statements } = recorded(as(await makeUser(ctx)))
  const todo = await makeTodo(user)
  const others = Array.from({ length: 200 }, () => getTodo(user, { id: randomUUID() }))
  const last = getTodo(user, todo)
  for (const result of await Promise.allSettled(others)) expect(result.status).toBe('rejected')
  expect(await last).toEqual(todo)
  const reads = statements.slice(-3).map(([, ids]) => (Array.isArray(ids) ? ids.length : 1))
  expect(reads).toEqual([100, 100, 1])
})

test('a failure reaches every caller of the statement, and the next one reads again', async () => {
  const user = as(await makeUser(ctx))
  const todo = await makeTodo(user)
  const failing = { fails: true }
  const run: OwnerContext['run'] = (statement) =>
    failing.fails ? Promise.reject(new Error('no database')) : user.run(statement)
  const reads = [getTodo({ ...user, run }, todo), getTodo({ ...user, run }, todo)]
  for (const result of await Promise.allSettled(reads)) expect(result.status).toBe('rejected')
  failing.fails = false
  expect(await getTodo({ ...user, run }, todo)).toEqual(todo)
})
