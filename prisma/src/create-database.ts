import { PrismaPg } from '@prisma/adapter-pg'
import { type Postgres, type PostgresOptions, openPostgres } from '@todo/postgres'
import { type Prisma, PrismaClient } from '../generated/client.ts'

export type Db = PrismaClient

export type DbTransaction = Prisma.TransactionClient

/** The connections to one server, and a Prisma client that uses the same pool. */
export type Database = Postgres & { db: Db }

/** Creates pool and client. The first query opens a connection. */
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
