import { basename } from 'node:path'

// Before a package is packed: `exports` in its manifest names the sources, and only pnpm puts `publishConfig` there.
if (!basename(process.env['npm_execpath'] ?? '').startsWith('pnpm')) {
  console.error('Pack and publish this with pnpm: by another, it would name sources that it does not hold.')
  process.exitCode = 1
}
