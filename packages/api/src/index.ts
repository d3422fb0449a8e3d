export type { ApiContext } from './context.ts'
export { toProblem } from './errors.ts'
export { type AppRouter, appRouter } from './router.ts'
export type { ApiMeta } from './trpc.ts'
