import { PrismaPg } from '@prisma/adapter-pg'
import { type Postgres, type PostgresOptions, openPostgres } from '@todo/postgres'
import { type Prisma, PrismaClient } from '../generated/client.ts'

export type Db = PrismaClient

export type DbTransaction = Prisma.TransactionClient

/** A pool of connections, the Prisma client over it, and what runs statements on it without the client. */
export type Database = Postgres & { db: Db }

/** Opens no connection yet: the first query does. */
export function createDatabase(options: PostgresOptions): Database {
  const postgres = openPostgres(options)
  const adapter = new PrismaPg(postgres.pool, { statementNameGenerator: ({ sql }) => postgres.nameOf(sql) })
  const db = new PrismaClient({ adapter })
  return {
    ...postgres,
    db,
    close: async () => {
      await db.$disconnect()
      await postgres.close()
    },
  }
}
