import { build } from 'esbuild'
import { join } from 'node:path'

/** Bundles the functions for Lambda, whose Node has AWS's SDK already. Returns the file. */
export async function buildRotation(outdir: string): Promise<string> {
  const outfile = join(outdir, 'index.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@aws-sdk/*', 'pg-native'],
    // pg is CommonJS, and requires modules of Node.
    banner: {
      js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)",
    },
    logLevel: 'warning',
  })
  return outfile
}
