import type pg from 'pg'
import { poolConfig, schemaOf, withClient } from './connection.ts'

type Query = { name: string; source: string }
type Parameter = { name: string; typ: string; documentation: string | null; nullable: boolean }
type Column = { name: string; typ: string; nullable: boolean }
type Field = { name: string; tableID: number; columnID: number; dataTypeID: number }

// Postgres' type oids, and what Prisma's client generator calls them
// prettier-ignore
const SQL_TYPES: Record<number, string> = { 16: 'bool', 17: 'bytes', 18: 'char', 19: 'string', 20: 'bigint', 21: 'int', 23: 'int', 25: 'string', 26: 'bigint',
  114: 'json', 142: 'xml', 650: 'string', 700: 'float', 701: 'double', 705: 'string', 790: 'decimal', 869: 'string', 1042: 'string', 1043: 'string',
  1082: 'date', 1083: 'time', 1114: 'datetime', 1184: 'datetime', 1266: 'time', 1560: 'string', 1562: 'string', 1700: 'decimal', 2278: 'null', 2950: 'uuid', 3802: 'json',
  199: 'json-array', 1000: 'bool-array', 1001: 'bytes-array', 1002: 'char-array', 1005: 'int-array', 1007: 'int-array', 1009: 'string-array', 1015: 'string-array',
  1016: 'bigint-array', 1021: 'float-array', 1022: 'double-array', 1115: 'datetime-array', 1182: 'date-array', 1183: 'time-array', 1185: 'datetime-array',
  1231: 'decimal-array', 2951: 'uuid-array', 3807: 'json-array' }
// prettier-ignore
const DOC_TYPES: Record<string, string> = { Int: 'int', BigInt: 'bigint', Float: 'double', Boolean: 'bool', String: 'string', DateTime: 'datetime', Json: 'json', Bytes: 'bytes', Decimal: 'decimal' }

/** TypedSQL: the WASM engine recurses for ever here, so Postgres itself describes each statement. */
export function introspectSql({
  url,
  queries,
}: {
  url: string
  queries: Query[]
}): Promise<{ queries: object[] }> {
  return withClient(poolConfig(url), async (client) => {
    await client.query(`SET search_path TO ${client.escapeIdentifier(schemaOf(url))}`)
    const { rows: enums } = await client.query<{ oid: number; array: number; typname: string }>(
      "SELECT oid::int, typarray::int AS array, typname FROM pg_type WHERE typtype = 'e'",
    )
    const enumTypes = new Map(
      enums.flatMap(({ oid, array, typname }): [number, string][] => [
        [oid, typname],
        [array, 'string-array'],
      ]),
    )
    const typeOf = (oid: number) => SQL_TYPES[oid] ?? enumTypes.get(oid) ?? 'string'

    const described: object[] = []
    for (const { name, source } of queries) {
      const { oids, fields } = await describe(client, source).catch((error: Error) => {
        throw Object.assign(new Error(`${name}.sql: ${error.message}`), { code: 'P2010' })
      })
      described.push({
        name,
        source,
        documentation: documentationOf(source),
        parameters: parametersOf(source, oids.map(typeOf)),
        resultColumns: await columnsOf(client, { source, fields, typeOf }),
      })
    }
    return { queries: described }
  })
}

/** Parse and Describe: the types of a statement's parameters and columns, without running it. */
async function describe(client: pg.Client, text: string): Promise<{ oids: number[]; fields: Field[] }> {
  // The typings leave out the protocol's own events and messages, which `pg` offers to query objects such as cursors.
  type Connection = NodeJS.EventEmitter & {
    parse: (message: { text: string; name: string; types: number[] }) => void
    describe: (message: { type: string; name: string }) => void
    sync: () => void
  }
  const { connection } = client as unknown as { connection: Connection }
  const oids: number[] = []
  const onParameters = (message: { dataTypeIDs: number[] }) => void oids.push(...message.dataTypeIDs)
  connection.once('parameterDescription', onParameters)
  try {
    const fields = await new Promise<Field[]>((resolve, reject) => {
      let found: Field[] = []
      const query = {
        submit(target: Connection) {
          target.parse({ text, name: '', types: [] })
          target.describe({ type: 'S', name: '' })
          target.sync()
        },
        handleRowDescription: (message: { fields: Field[] }) => void (found = message.fields),
        handleParseComplete: () => undefined,
        handleError: reject,
        handleReadyForQuery: () => resolve(found),
      }
      client.query(query as unknown as pg.Submittable)
    })
    return { oids, fields }
  } finally {
    connection.off('parameterDescription', onParameters)
  }
}

function documentationOf(source: string): string | null {
  const comment = source.match(/^(?:--(?![ \t]*@param).*\n?)+/)?.[0]
  return comment?.replace(/^--[ \t]?/gm, '').trim() || null
}

/** `-- @param {Type} $1:name? text` names a parameter; the `?` makes it nullable. */
function parametersOf(source: string, types: string[]): Parameter[] {
  const pattern = /^--[ \t]*@param[ \t]*(?:\{(\w+)\})?[ \t]*\$(\d+)(?::(\w+))?(\?)?[ \t]*(.*)$/gm
  const docs = new Map([...source.matchAll(pattern)].map((match) => [Number(match[2]), match]))
  return types.map((type, i) => {
    const [, docType, , alias, optional, text] = docs.get(i + 1) ?? []
    return {
      name: alias ?? `_${i}`,
      typ: docType === undefined ? type : (DOC_TYPES[docType] ?? docType),
      documentation: text || null,
      nullable: optional !== undefined,
    }
  })
}

async function columnsOf(
  client: pg.Client,
  { source, fields, typeOf }: { source: string; fields: Field[]; typeOf: (oid: number) => string },
): Promise<Column[]> {
  // Which side of an outer join is nullable only the plan tells: then every column is.
  const outerJoin = /\b(left|right|full)\s+(outer\s+)?join\b/i.test(source)
  const columns: Column[] = []
  for (const { name, tableID, columnID, dataTypeID } of fields) {
    const { rows } = await client.query<{ attnotnull: boolean }>(
      'SELECT attnotnull FROM pg_attribute WHERE attrelid = $1 AND attnum = $2',
      [tableID, columnID],
    )
    columns.push({ name, typ: typeOf(dataTypeID), nullable: outerJoin || !rows[0]?.attnotnull })
  }
  return columns
}
