// The program of `npm start`. The server runs in this process, so that a signal sent to npm reaches it.
import { join } from 'node:path'
import { generate } from './turbo.ts'

await generate()
await import(join(import.meta.dirname, '../apps/server/src/main.ts'))
