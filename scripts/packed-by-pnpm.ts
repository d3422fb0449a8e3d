import { basename } from 'node:path'

// Runs before packing. `exports` in the manifest refers to the sources, and only pnpm replaces it with `publishConfig`.
if (!basename(process.env['npm_execpath'] ?? '').startsWith('pnpm')) {
  console.error(
    'Use pnpm to pack and publish: other package managers would publish exports that the package does not contain.',
  )
  process.exitCode = 1
}
