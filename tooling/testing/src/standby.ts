import { type EmbeddedPostgres, run, userFor } from '@todo/embedded-postgres'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Client } from 'pg'
import { withClient } from './with-client.ts'

// Files of the running primary, and folders that a standby must start empty.
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'server.log',
  'embedded.conf',
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const EMPTY = ['pg_wal/archive_status', 'pg_wal/summaries', ...LEFT_OUT].filter((name) =>
  name.startsWith('pg_'),
)

/**
 * Makes `dataDir` a streaming standby of an embedded primary. Start it like any cluster, with `primary_conninfo` in its
 * settings. The npm packages lack pg_basebackup, so this copies the files between pg_backup_start and pg_backup_stop.
 */
export async function makeStandby(primary: EmbeddedPostgres, dataDir: string): Promise<void> {
  await withClient(primary.url, (client) => copyCluster(client, primary.dataDir, dataDir))
  const { uid, gid } = await userFor(primary.dataDir)
  if (uid !== undefined) await run('chown', ['-R', `${uid}:${gid}`, dataDir])
}

async function copyCluster(client: Client, from: string, to: string): Promise<void> {
  await client.query("SELECT pg_backup_start('standby', true)")
  await cp(from, to, {
    recursive: true,
    filter: (source) => !LEFT_OUT.has(relative(from, source)) && !source.endsWith('pg_internal.init'),
  })
  for (const dir of EMPTY) await mkdir(join(to, dir), { recursive: true, mode: 0o700 })
  const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)')
  await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '')
  await writeFile(join(to, 'standby.signal'), '')
}
