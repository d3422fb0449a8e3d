import { readMigrationEnv } from '../env.ts'
import { explainStartError } from '../lifecycle/explain-start-error.ts'
import { createLogger } from '../logger.ts'
import { applyMigrations } from '../lifecycle/apply-migrations.ts'

/** Brings the database to this version, and ends. Many may do so at once. */
export async function main(): Promise<void> {
  // As process 1 of a container it is ended only by signals that it listens for. What is not committed is undone.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const { url, logLevel } = readMigrationEnv()
  try {
    await applyMigrations(url, await createLogger(logLevel))
  } catch (error) {
    throw explainStartError(error)
  }
}
