// Builds dist/: one bundle without dependencies, and declarations that mention none.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
rmSync(join(root, 'dist'), { recursive: true, force: true })
await build({
  entryPoints: [join(root, 'src/index.ts')],
  outfile: join(root, 'dist/index.js'),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  sourcemap: true,
  logLevel: 'warning',
  // Removes comments, which are paths of pnpm's store and tRPC's coverage hints; names stay readable.
  minifyWhitespace: true,
  // Node prints the whole line that an uncaught error comes from.
  lineLimit: 200,
  legalComments: 'none',
})
// The bundle contains tRPC's client, whose licence must be included.
copyFileSync(join(root, 'node_modules/@trpc/client/LICENSE'), join(root, 'dist/LICENSE-trpc'))
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
})

// tsc leaves the extension .ts in the imports of declarations.
for (const file of globSync(join(root, 'dist/**/*.d.ts'))) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
}
