import { authRouter } from './routers/auth.ts'
import { changesRouter } from './routers/changes.ts'
import { countsRouter } from './routers/counts.ts'
import { labelsRouter } from './routers/labels.ts'
import { listsRouter } from './routers/lists.ts'
import { meRouter } from './routers/me.ts'
import { sessionsRouter } from './routers/sessions.ts'
import { todosRouter } from './routers/todos.ts'
import { router } from './trpc.ts'

export const appRouter = router({
  auth: authRouter,
  sessions: sessionsRouter,
  me: meRouter,
  lists: listsRouter,
  labels: labelsRouter,
  todos: todosRouter,
  counts: countsRouter,
  changes: changesRouter,
})

export type AppRouter = typeof appRouter
