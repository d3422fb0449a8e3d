import { type EmbeddedPostgres, startEmbeddedPostgres } from '@todo/embedded-postgres'
import { makeStandby } from '@todo/testing'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Starts an embedded primary and `replicas` streaming replicas. `opened` stops them. */
export async function startCluster(
  replicas: number,
  opened: AsyncDisposableStack,
): Promise<{ primary: EmbeddedPostgres; replicaUrls: string[] }> {
  const parent = await mkdtemp(join(tmpdir(), 'todo-cluster-'))
  await chmod(parent, 0o755)
  opened.defer(() => rm(parent, { recursive: true, force: true }))

  const start = async (name: string, settings: Record<string, string>) => {
    const postgres = await startEmbeddedPostgres({ dataDir: join(parent, name), durable: false, settings })
    opened.defer(() => postgres.stop())
    return postgres
  }
  const primary = await start('primary', { wal_keep_size: '256MB' })
  const replicaUrls: string[] = []
  for (let number = 1; number <= replicas; number += 1) {
    const name = `replica-${number}`
    await makeStandby(primary, join(parent, name))
    const upstream = `host=127.0.0.1 port=${primary.port} user=postgres application_name=${name}`
    replicaUrls.push((await start(name, { primary_conninfo: upstream })).url)
  }
  return { primary, replicaUrls }
}
