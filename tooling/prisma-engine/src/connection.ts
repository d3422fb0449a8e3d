import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { randomUUID } from 'node:crypto'
import { Client, type ClientConfig, Pool, type PoolConfig, type QueryArrayResult } from 'pg'

type Adapter = Awaited<ReturnType<SqlMigrationAwareDriverAdapterFactory['connect']>>
type Datasource = { url: string; shadowDatabaseUrl?: string }

/** Fields instead of a URL, because in `pg` a URL overrides `database`, which selects the shadow database. */
export function poolConfig(url: string, database?: string): PoolConfig & { database: string } {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const ssl = searchParams.get('sslmode')
  return {
    host: searchParams.get('host') ?? decodeURIComponent(hostname),
    port: Number(port || 5432),
    user: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    database: database ?? (decodeURIComponent(pathname.slice(1)) || 'postgres'),
    ssl: ssl && ssl !== 'disable' ? { rejectUnauthorized: ssl.startsWith('verify') } : undefined,
    connectionTimeoutMillis: Number(searchParams.get('connect_timeout') ?? 5) * 1000,
    application_name: 'prisma-schema-engine',
    max: 1,
    idleTimeoutMillis: 0,
  }
}

export const schemaOf = (url: string) => new URL(url).searchParams.get('schema') ?? 'public'

/** Runs `work` on a new connection. */
export async function withClient<T>(config: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(config)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Creates the database of `url` if it does not exist. Returns its name. */
export async function createDatabase(url: string): Promise<string> {
  const { database } = poolConfig(url)
  await withClient(poolConfig(url, 'postgres'), async (client) => {
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code !== '42P04' && code !== '23505') throw error
    }
  })
  return database
}

export async function dropDatabase(url: string): Promise<void> {
  const { database } = poolConfig(url)
  await withClient(poolConfig(url, 'postgres'), (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`),
  )
}

const opened = new Set<Adapter>()

/** Closes all adapters, which also drops shadow databases. */
export async function disposeAll(): Promise<void> {
  for (const adapter of opened) await adapter.dispose().catch(() => undefined)
}

/** Creates adapters for the WASM engine. A diff between two schema files needs no database: see `offlineFactory`. */
export function adapterFactory({
  url,
  shadowDatabaseUrl,
}: Datasource): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect({ url }),
    async connectToShadowDb() {
      if (shadowDatabaseUrl) return connect({ url: shadowDatabaseUrl })
      const database = `prisma_migrate_shadow_db_${randomUUID()}`
      const admin = new Client(poolConfig(url))
      await admin.connect()
      await admin.query(`CREATE DATABASE "${database}"`)
      const onDispose = async () => {
        await admin.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`)
        await admin.end()
      }
      return connect({ url, database, onDispose })
    },
  }
}

async function connect({
  url,
  database,
  onDispose = async () => undefined,
}: {
  url: string
  database?: string
  onDispose?: () => Promise<void>
}): Promise<Adapter> {
  const pool = new Pool(poolConfig(url, database))
  const schema = schemaOf(url)
  const adapter = await new PrismaPg(pool, { schema, disposeExternalPool: true }).connect()
  patchCatalogTypes(adapter)
  const dispose = adapter.dispose.bind(adapter)
  let disposed: Promise<void> | undefined
  Object.assign(adapter, {
    // adapter-pg splits scripts at ';', which breaks functions. The simple query protocol runs a whole script.
    executeScript: async (sql: string) => void (await pool.query(sql)),
    dispose: () => (disposed ??= dispose().then(onDispose)),
  })
  if (!database) await pool.query(`SET search_path TO "${schema.replaceAll('"', '""')}"`)
  opened.add(adapter)
  return adapter
}

// int2vector regproc tid xid oidvector node_tree aclitem reg* pg_lsn
const CATALOG_TYPES = new Set([22, 24, 27, 28, 30, 194, 1033, 2202, 2205, 2206, 3220])
const CHAR = 18
const TEXT = 25

type Queryable = {
  patched?: boolean
  performIO: (query: object) => Promise<Partial<QueryArrayResult>>
  queryRaw: (query: object) => Promise<{ columnTypes: number[] }>
}

/** adapter-pg (7.10) rejects "char" and other catalog types, which the engine's introspection selects. */
function patchCatalogTypes(adapter: object): void {
  const proto = Object.getPrototypeOf(Object.getPrototypeOf(adapter)) as Queryable
  if (proto.patched) return
  const { performIO, queryRaw } = proto
  const chars = new WeakMap<object, number[]>()
  Object.assign(proto, {
    patched: true,
    async performIO(this: Queryable, query: object) {
      const result = await performIO.call(this, query)
      const fields = result.fields ?? []
      chars.set(
        query,
        fields.flatMap((field, i) => (field.dataTypeID === CHAR ? [i] : [])),
      )
      for (const field of fields) {
        if (field.dataTypeID === CHAR || CATALOG_TYPES.has(field.dataTypeID)) field.dataTypeID = TEXT
      }
      return result
    },
    async queryRaw(this: Queryable, query: object) {
      const result = await queryRaw.call(this, query)
      for (const i of chars.get(query) ?? []) result.columnTypes[i] = ColumnTypeEnum.Character
      return result
    },
  })
}

/** Adapters without a database. They only answer the version query, which the engine sends even to compare two files. */
export const offlineFactory: SqlMigrationAwareDriverAdapterFactory = {
  provider: 'postgres',
  adapterName: 'offline',
  connect: async () => offlineAdapter,
  connectToShadowDb: async () => offlineAdapter,
}

const offlineAdapter = {
  provider: 'postgres',
  adapterName: 'offline',
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  dispose: async () => undefined,
  executeRaw: async () => 0,
  executeScript: async () => undefined,
  startTransaction: () => Promise.reject(new Error('offline')),
  queryRaw: async () => ({
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, 'PostgreSQL 17.0', 170_000]],
  }),
} satisfies Adapter
