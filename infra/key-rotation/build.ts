import { build } from 'esbuild'
import { join } from 'node:path'

// `pnpm build`: Terraform's module `secrets` packs this file for Lambda.
if (import.meta.main) console.log(await buildRotation(join(import.meta.dirname, 'dist')))

/** Bundles the functions for Lambda, whose runtime includes the AWS SDK. @returns the file */
export async function buildRotation(outdir: string): Promise<string> {
  const outfile = join(outdir, 'index.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'src/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@aws-sdk/*', 'pg-native'],
    // pg is CommonJS and calls require for Node's modules.
    banner: {
      js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)",
    },
    logLevel: 'warning',
  })
  return outfile
}
