import {
  type PostgresOptions,
  type Reader as ReaderOf,
  type Replication as ReplicationOf,
  spreadReads,
} from '@todo/postgres'
import { type Database, createDatabase } from './create-database.ts'

export type Reader = ReaderOf<Database>

export type Replication = ReplicationOf<Database>

/** Reads on the replicas of `database` that never show a caller less than it has seen. */
export function replicate(
  database: Database,
  { url, replicaUrls, ...options }: PostgresOptions & { replicaUrls: readonly string[] },
): Replication {
  const open = (replicaUrl: string) => createDatabase({ ...options, url: replicaUrl, readOnly: true })
  return spreadReads(database, { url, replicaUrls, open })
}
