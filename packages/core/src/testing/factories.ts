import type * as z from 'zod'
import { signUp } from '../accounts/sign-up.ts'
import { SignUp } from '../accounts/schemas.ts'
import { listChanges } from '../changes/list-changes.ts'
import type { Change } from '../changes/schemas.ts'
import type { Context, OwnerContext, SessionContext } from '../context.ts'
import { newId } from '../new-id.ts'
import { createLabel } from '../labels/labels.ts'
import type { Label } from '../labels/schemas.ts'
import { createList } from '../lists/lists.ts'
import type { List } from '../lists/schemas.ts'
import { createTodo } from '../todos/create-todo.ts'
import { listTodos } from '../todos/list-todos.ts'
import { CreateTodo, ListTodos, type Todo } from '../todos/schemas.ts'

/** A person who has signed up. */
export type TestUser = { ctx: Context; id: string; email: string; password: string }

let count = 0
const next = () => (count += 1)

export async function makeUser(ctx: Context, input: Partial<z.input<typeof SignUp>> = {}): Promise<TestUser> {
  const account = SignUp.parse({
    email: `user-${next()}@example.com`,
    password: 'correct horse battery',
    displayName: 'Ada',
    ...input,
  })
  await signUp(ctx, account)
  const { ownerId } = await ctx.db.accountEmail.findUniqueOrThrow({ where: { email: account.email } })
  return { ctx, id: ownerId, email: account.email, password: account.password }
}

/** The user's context. Without a session id, the session does not exist in the database. */
export function as({ ctx, id }: TestUser, sessionId: string = id): SessionContext {
  return { ...ctx, actor: { kind: 'user', id, sessionId }, ownerId: id, groupId: newId() }
}

export function makeList(ctx: OwnerContext, name = `List ${next()}`): Promise<List> {
  return createList(ctx, { name })
}

export function makeLabel(ctx: OwnerContext, name = `label ${next()}`): Promise<Label> {
  return createLabel(ctx, { name })
}

export function makeTodo(ctx: OwnerContext, input: Partial<z.input<typeof CreateTodo>> = {}): Promise<Todo> {
  return createTodo(ctx, CreateTodo.parse({ title: `Todo ${next()}`, ...input }))
}

/** All pages of a query. */
export async function allTodos(
  ctx: OwnerContext,
  input: Partial<z.input<typeof ListTodos>> = {},
): Promise<Todo[]> {
  const items: Todo[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listTodos(ctx, ListTodos.parse({ ...input, ...(cursor && { cursor }) }))
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}

/** All changes after a cursor, or from the beginning. */
export async function allChanges(
  ctx: OwnerContext,
  { since = FROM_THE_BEGINNING, limit = 100 } = {},
): Promise<Change[]> {
  const items: Change[] = []
  for (let cursor = since; ;) {
    const page = await listChanges(ctx, { since: cursor, limit })
    items.push(...page.items)
    cursor = page.nextCursor
    if (!page.hasMore) return items
  }
}

const FROM_THE_BEGINNING = Buffer.from('["changes",0]').toString('base64url')

/** The changes that `work` appended to the log. */
export async function changesOf(ctx: OwnerContext, work: () => Promise<unknown>): Promise<Change[]> {
  const { nextCursor } = await listChanges(ctx, { limit: 1 })
  await work()
  return allChanges(ctx, { since: nextCursor })
}
