import { readMigrationEnv } from '../env.ts'
import { explainStartError } from '../lifecycle/explain-start-error.ts'
import { createLogger } from '../logger.ts'
import { applyMigrations } from '../lifecycle/apply-migrations.ts'

/** Migrates the database to this version. Several processes may do so at the same time. */
export async function main(): Promise<void> {
  // Process 1 of a container ignores signals that it has no handler for. Postgres rolls back an open transaction.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const { url, logLevel } = readMigrationEnv()
  try {
    await applyMigrations(url, await createLogger(logLevel))
  } catch (error) {
    throw explainStartError(error)
  }
}
