import {
  type ErrorRegistry,
  type SqlMigrationAwareDriverAdapterFactory,
  bindMigrationAwareSqlAdapterFactory,
} from '@prisma/driver-adapter-utils'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const glueFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')

type Engine = Record<string, (params: unknown) => Promise<unknown>>

/** The WASM engine stores its panic message here. */
const panic = { message: '' }
Object.assign(globalThis, {
  PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => void (panic.message = text) },
})

export const lastPanic = () => panic.message

export function engineVersion(): string {
  const file = glueFile.replace(/schema_engine_bg\.js$/, 'package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version.split('.').at(-1) ?? version
}

/** Creates Prisma's schema engine, compiled to WASM, with a driver adapter. */
export async function createEngine(
  datamodels: string[] | undefined,
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<{ engine: Engine; errors: ErrorRegistry }> {
  const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as {
    __wbg_set_wasm: (exports: WebAssembly.Exports) => void
    SchemaEngine: { new: (...args: unknown[]) => Promise<Engine> }
  }
  const wasm = new WebAssembly.Instance(
    new WebAssembly.Module(readFileSync(glueFile.replace(/\.js$/, '.wasm'))),
    {
      './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports,
    },
  )
  glue.__wbg_set_wasm(wasm.exports)
  const { __wbindgen_start: start } = wasm.exports as { __wbindgen_start: () => void }
  start()
  const bound = bindMigrationAwareSqlAdapterFactory(factory)
  const files = datamodels?.map((path) => [path, readFileSync(path, 'utf8')])
  const engine = await glue.SchemaEngine.new({ datamodels: files }, () => undefined, bound)
  return { engine, errors: bound.errorRegistry }
}
