// A table of columns declares the members of an entity: how each is stored and whether it is shown. Select lists, inserts,
// updates, the log's JSON and the mapping between rows and entities are derived from it (sql.ts, rows.ts).

/** The TypeScript type of each column type. */
export type ValueTypes = {
  uuid: string
  text: string
  smallint: number
  integer: number
  'double precision': number
  boolean: boolean
  'uuid[]': string[]
  /** RFC 3339 in UTC, to the millisecond. */
  timestamptz: string
  /** A date, or an instant with its time zone, in three columns: `…_date`, `…_at` and `…_zone`. */
  time: Time
}

export type Time = { date: string } | { at: string; timeZone: string }

export type Member = {
  type: keyof ValueTypes
  nullable?: true
  /** Never leaves the service. */
  hidden?: true
  /** Users can set it when they create or change the entity. */
  editable?: true
  /** Only statements set it: keys, version, times of creation and change. */
  managed?: true
  /** Name of the field in Prisma's schema, if it differs. The column is the field in snake case. */
  field?: string
}

export type Members = Record<string, Member>

export type Table<M extends Members = Members> = { name: string; members: M }

/** Declares the table of columns of a Prisma model. Compiles only if both have the same fields and nullability. */
export function defineTable<Model>() {
  return <const M extends Members>(name: string, members: M & Drift<M, Model>): Table<M> => ({
    name,
    members,
  })
}

/** The entity as the interfaces and the log show it. */
export type EntityOf<T> = T extends Table<infer M> ? { -readonly [K in ShownKeys<M>]: ValueOf<M[K]> } : never

/** The shape of a schema with exactly the shown members. `Schema` is the schema type of the library in use. */
export type ShapeOf<T, Schema = object> = T extends Table<infer M> ? { [K in ShownKeys<M>]: Schema } : never

/** The members that users can set. */
export type EditableOf<T> =
  T extends Table<infer M> ? { -readonly [K in EditableKeys<M>]: ValueOf<M[K]> } : never

/** A result row of `selectList`. */
export type RowOf<T> =
  T extends Table<infer M>
    ? { [K in Exclude<ShownKeys<M>, TimeKeys<M>> & string as FieldName<K, M[K]>]: ValueOf<M[K]> } & {
        [K in TimeFields<TimeKeys<M>>]: string | null
      }
    : never

type ValueOf<C extends Member> = C['nullable'] extends true
  ? ValueTypes[C['type']] | null
  : ValueTypes[C['type']]

type KeysWith<M extends Members, Part> = {
  [K in keyof M & string]: M[K] extends Part ? K : never
}[keyof M & string]
type ShownKeys<M extends Members> = Exclude<keyof M & string, KeysWith<M, { hidden: true }>>
type EditableKeys<M extends Members> = KeysWith<M, { editable: true }>
type TimeKeys<M extends Members> = KeysWith<M, { type: 'time' }>

type TimeFields<K extends string> = `${K}Date` | `${K}At` | `${K}Zone`
type FieldName<K extends string, C extends Member> = C extends { field: infer F extends string } ? F : K
type FieldsOf<M extends Members, K extends keyof M & string = keyof M & string> = {
  [N in K]: M[N]['type'] extends 'time' ? TimeFields<N> : FieldName<N, M[N]>
}[K]

type NullableKeys<Model> = { [K in keyof Model]: null extends Model[K] ? K : never }[keyof Model]

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** Accepts anything if table and model agree; otherwise a type that names the difference. */
type Drift<M extends Members, Model> =
  Same<FieldsOf<M>, keyof Model> extends true
    ? Same<FieldsOf<M, KeysWith<M, { nullable: true }>>, NullableKeys<Model>> extends true
      ? unknown
      : { nullableDiffers: never }
    : {
        missingHere: Exclude<keyof Model, FieldsOf<M>>
        missingInSchema: Exclude<FieldsOf<M>, keyof Model>
      }
