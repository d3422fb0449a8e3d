// Builds dist/: one module that imports only the peers, and its declarations.
import { type Plugin, build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

// trpc-openapi does not declare `sideEffects: false`, so its adapters would be bundled along with the generator.
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
  // Names stay readable; comments, which hold paths of the package store, are removed.
  minifyWhitespace: true,
  // An uncaught error prints its source line, so keep lines short.
  lineLimit: 200,
  legalComments: 'none',
})
// The bundle contains the document generators, whose licences have to be included.
for (const name of ['trpc-openapi', 'zod-openapi']) {
  copyFileSync(join(root, 'node_modules', name, 'LICENSE'), join(root, `dist/LICENSE-${name}`))
}
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
})

// tsc leaves the `.ts` extensions in declarations.
for (const file of globSync(join(root, 'dist/**/*.d.ts'))) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
}
