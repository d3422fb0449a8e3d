// https://www.prisma.io/docs/orm/core-concepts/supported-databases/postgresql: the client over the driver adapter.
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@todo-bench/prisma'
import { env } from './env.ts'

export const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: env.databaseUrl, max: env.poolSize }),
})
