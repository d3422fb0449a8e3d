import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where files lie beside the bundle (scripts/build.ts); undefined when run from source, where packages bring them, or code
 * makes them.
 */
export function bundledFile(name: 'migrations' | 'openapi.json' | 'static'): string | undefined {
  const path = join(import.meta.dirname, name)
  return existsSync(path) ? path : undefined
}
