export { type Finding, checkServer } from './check-server.ts'
export {
  type Database,
  type DatabaseOptions,
  type Db,
  type DbTransaction,
  createDatabase,
} from './create-database.ts'
export { type RunStatement, runIn } from './run-statement.ts'
export { MIGRATIONS_DIR, migrate, readMigrations } from './migrate.ts'
export type { Reader } from './replication/reader.ts'
export { type ReplicaState, type Replication, replicate } from './replication/replication.ts'
export { turnEnds } from './turn-ends.ts'
export { Prisma } from '../generated/client.ts'
export type { AccountModel, LabelModel, ListModel, TodoModel } from '../generated/models.ts'
export { ACCOUNTS } from './tables/accounts.ts'
export { LABELS } from './tables/labels.ts'
export { LISTS } from './tables/lists.ts'
export { type ColumnValues, columnWriter, entityReader } from './tables/rows.ts'
export { selectList } from './tables/sql.ts'
export type { EditableOf, EntityOf, RowOf, ShapeOf, Table } from './tables/table.ts'
export { TODOS } from './tables/todos.ts'
