import {
  type PostgresOptions,
  type Reader as ReaderOf,
  type Replication as ReplicationOf,
  spreadReads,
} from '@todo/postgres'
import { type Database, createDatabase } from './create-database.ts'

export type Reader = ReaderOf<Database>

export type Replication = ReplicationOf<Database>

/** Spreads reads over the replicas of `database`. Callers never read older data than they have seen. */
export function replicate(
  database: Database,
  { url, replicaUrls, ...options }: PostgresOptions & { replicaUrls: readonly string[] },
): Replication {
  const open = (replicaUrl: string) => createDatabase({ ...options, url: replicaUrl, readOnly: true })
  return spreadReads(database, { url, replicaUrls, open })
}
