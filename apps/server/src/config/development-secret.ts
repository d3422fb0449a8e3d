import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The JWT secret of a development server. It is kept in a file, so that tokens survive a restart. */
export function developmentSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret')
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (Buffer.byteLength(kept) >= 32) return kept
  mkdirSync(dataDir, { recursive: true })
  // Renaming is atomic: an interrupted start leaves no truncated secret.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, randomBytes(48).toString('base64'), { mode: 0o600 })
  renameSync(draft, file)
  return readFileSync(file, 'utf8')
}
