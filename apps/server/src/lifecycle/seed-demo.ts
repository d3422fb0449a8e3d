import { ownerOf } from '@todo/api'
import {
  type Context,
  CreateTodo,
  createLabel,
  createList,
  createTodo,
  logIn,
  newGroupId,
  signUp,
} from '@todo/core'
import type * as z from 'zod'
import { PATHS } from '../http/paths.ts'

export const DEMO = { email: 'demo@example.com', password: 'try everything once' }

const DAY_MS = 86_400_000

/** Creates a demo account with some lists and todos, unless it exists. */
export async function seedDemo(ctx: Context): Promise<void> {
  if (await ctx.db.accountEmail.findUnique({ where: { email: DEMO.email } })) return
  await signUp(ctx, { ...DEMO, displayName: 'Demo', timeZone: 'UTC' })
  const { accessToken } = await logIn(ctx, DEMO, 'demo')
  const actor = ctx.keyRing.verify(accessToken)
  const me = { ...ctx, actor, ownerId: ownerOf(actor), groupId: newGroupId() }

  const day = (offset: number) => ({
    date: new Date(ctx.now().getTime() + offset * DAY_MS).toISOString().slice(0, 10),
  })
  const addTodo = (input: z.input<typeof CreateTodo>) => createTodo(me, CreateTodo.parse(input))
  const groceries = await createList(me, { name: 'Groceries', colour: '#27ae60' })
  const work = await createList(me, { name: 'Work', colour: '#2f80ed' })
  const someday = await createList(me, { name: 'Someday', colour: '#9b51e0' })
  const errand = await createLabel(me, { name: 'errand', colour: '#f2994a' })
  const waiting = await createLabel(me, { name: 'waiting', colour: '#eb5757' })

  await addTodo({ title: `Try the API at ${PATHS.docs}`, priority: 3, due: day(0) })
  await addTodo({ title: 'Read the README' })
  for (const title of ['Oat milk', 'Bread', 'Coffee beans']) {
    await addTodo({ title, listId: groceries.id, labelIds: [errand.id] })
  }
  const report = await addTodo({
    title: 'Quarterly report',
    description: 'The **numbers** are in the shared folder.',
    listId: work.id,
    priority: 4,
    due: day(3),
  })
  for (const title of ['Collect the figures', 'Write the summary']) {
    await addTodo({ title, parentId: report.id })
  }
  await addTodo({
    title: 'Answer the auditor',
    listId: work.id,
    labelIds: [waiting.id],
    due: day(-1),
  })
  await addTodo({ title: 'Book the train', labelIds: [errand.id], priority: 2, due: day(7) })
  for (const title of ['Learn to bake bread', 'Sort the photographs']) {
    await addTodo({ title, listId: someday.id })
  }
}
