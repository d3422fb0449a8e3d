import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** Vitest global setup: in a fresh checkout, generates the code that the tests import. */
export default function setup(): void {
  if (existsSync(join(root, 'prisma/generated'))) return
  execFileSync(join(root, 'node_modules/.bin/turbo'), ['run', 'generate'], { cwd: root, stdio: 'inherit' })
}
