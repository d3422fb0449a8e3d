import { DATABASE_URL } from '@todo/prisma-engine'
import { join } from 'node:path'
import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: join(import.meta.dirname, 'schema.prisma'),
  migrations: { path: join(import.meta.dirname, 'migrations') },
  ...(DATABASE_URL !== undefined && { datasource: { url: DATABASE_URL } }),
})
