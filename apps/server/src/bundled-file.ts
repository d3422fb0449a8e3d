import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The path of a file that scripts/build.ts puts beside the bundle; undefined when running from source, where packages or
 * code provide it.
 */
export function bundledFile(name: 'migrations' | 'openapi.json' | 'static'): string | undefined {
  const path = join(import.meta.dirname, name)
  return existsSync(path) ? path : undefined
}
