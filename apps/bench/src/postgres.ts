import { type EmbeddedPostgres, startEmbeddedPostgres } from '@todo/embedded-postgres'
import type { Scale } from '@todo/load'
import { join } from 'node:path'

const DATA_DIR = join(import.meta.dirname, '../../../.data/bench')

/**
 * One Postgres for all servers. It waits for no disk: the bench compares what software costs. Nothing that comes and
 * goes by itself (checkpoints, autovacuum) falls into one round and not into the next.
 */
export function startPostgres({ bigTodos }: Scale): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: DATA_DIR,
    database: 'postgres',
    durable: false,
    settings: {
      max_connections: 200,
      shared_buffers: bigTodos > 100_000 ? '2GB' : '128MB',
      checkpoint_timeout: '1h',
      max_wal_size: '16GB',
      wal_level: 'minimal',
      max_wal_senders: 0,
      autovacuum: 'off',
      jit: 'off',
    },
  })
}
