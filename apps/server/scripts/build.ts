// Builds dist/: server.js and the chunks of its commands, with the migrations, the OpenAPI document, Prisma's query compiler
// and Swagger UI's static files beside it.
import { type Plugin, build } from 'esbuild'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { todoDocument } from '../src/openapi.ts'
import { VERSION } from '../src/version.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const swaggerUi = dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui'))

/**
 * Prisma ships its query compiler as base64 in a module, so memory would keep both the text and the decoded bytes. A file
 * avoids that and is read faster. Prisma accepts bytes as well.
 */
const prismaCompiler: Plugin = {
  name: 'prisma-compiler',
  setup({ onLoad }) {
    onLoad({ filter: /query_compiler_\w+\.postgresql\.wasm-base64\.mjs$/ }, async ({ path }) => {
      const { wasm } = (await import(path)) as { wasm: string }
      writeFileSync(join(dist, 'prisma.wasm'), Buffer.from(wasm, 'base64'))
      return {
        contents: `import { readFile } from 'node:fs/promises'
          export const wasm = await readFile(new URL('prisma.wasm', import.meta.url))`,
      }
    })
  },
}

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
await build({
  entryPoints: { server: join(root, 'src/main.ts') },
  outdir: dist,
  bundle: true,
  external: [
    // The document is a file beside the bundle; the code that generates it would be a quarter of the bundle.
    join(root, 'src/openapi.ts'),
    // Never loaded: no route has a Fastify schema (src/http/no-schemas.ts).
    '@fastify/ajv-compiler',
    '@fastify/fast-json-stringify-compiler',
  ],
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [prismaCompiler],
  // CommonJS dependencies load Node's built-in modules by `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);const __filename = import.meta.filename;const __dirname = import.meta.dirname;",
  },
})
cpSync(join(root, '../../prisma/migrations'), join(dist, 'migrations'), { recursive: true })
writeFileSync(join(dist, 'openapi.json'), JSON.stringify(todoDocument(VERSION)))
// Without its index.html, which shows a pet store: the plugin renders the page.
cpSync(join(swaggerUi, 'static'), join(dist, 'static'), {
  recursive: true,
  filter: (path) => !/(index\.html|swagger-ui\.js)$/.test(path),
})
