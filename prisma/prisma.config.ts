import { join } from 'node:path'
import { defineConfig } from 'prisma/config'
import { DATABASE_URL } from './engine/env.ts'

export default defineConfig({
  schema: join(import.meta.dirname, 'schema.prisma'),
  migrations: { path: join(import.meta.dirname, 'migrations') },
  typedSql: { path: join(import.meta.dirname, 'sql') },
  ...(DATABASE_URL !== undefined && { datasource: { url: DATABASE_URL } }),
})
