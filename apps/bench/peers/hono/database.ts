// https://orm.drizzle.team/docs/get-started-postgresql#node-postgres
import { drizzle } from 'drizzle-orm/node-postgres'
import { Pool } from 'pg'
import { env } from './env.ts'

export const pool = new Pool({ connectionString: env.databaseUrl, max: env.poolSize })
export const db = drizzle({ client: pool })

export type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0]
