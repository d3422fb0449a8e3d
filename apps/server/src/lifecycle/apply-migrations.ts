import { migrate } from '@todo/db'
import type { Logger } from 'pino'
import { bundledFile } from '../bundled-file.ts'

/** Applies the migrations of this version that the database does not have yet. */
export async function applyMigrations(url: string, logger: Logger): Promise<void> {
  const dir = bundledFile('migrations')
  const onNotice = (notice: string) => logger.warn(notice)
  const migrations = await migrate({ url, onNotice, ...(dir !== undefined && { dir }) })
  logger.info({ migrations }, migrations.length > 0 ? 'migrated' : 'nothing to migrate')
}
