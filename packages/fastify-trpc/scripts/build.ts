// Builds dist/: one module whose only imports are the peers', and declarations that mention nothing else.
import { type Plugin, build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

// trpc-openapi does not say that its modules do nothing by themselves: its adapters would come along with the generator.
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(trpc-openapi$|\.)/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === withoutSideEffects) return undefined
      return { ...(await resolve(path, { ...options, pluginData: withoutSideEffects })), sideEffects: false }
    })
  },
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
await build({
  entryPoints: [join(root, 'src/index.ts')],
  outfile: join(root, 'dist/index.js'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external: ['@trpc/server', 'fastify', 'zod'],
  plugins: [withoutSideEffects],
  sourcemap: true,
  logLevel: 'warning',
  // Names stay readable; the comments that go are paths of the store.
  minifyWhitespace: true,
  // An uncaught error prints the line it comes from.
  lineLimit: 200,
  legalComments: 'none',
})
// The bundle contains the generators of the document, whose licences ask to be told.
for (const name of ['trpc-openapi', 'zod-openapi']) {
  copyFileSync(join(root, 'node_modules', name, 'LICENSE'), join(root, `dist/LICENSE-${name}`))
}
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
})

// tsc leaves the sources' extensions in declarations.
for (const file of globSync(join(root, 'dist/**/*.d.ts'))) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
}
