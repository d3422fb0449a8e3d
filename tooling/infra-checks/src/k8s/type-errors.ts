import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../files.ts'
import { run } from '../tools.ts'
import { type Manifest, nameOf } from './manifest.ts'

const TSC = join(ROOT, 'node_modules/.bin/tsc')
const OPTIONS = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--pretty',
  'false',
  '--types',
  'node',
]
const MODULES = ['--module', 'nodenext', '--target', 'es2024', '--allowImportingTsExtensions']

/**
 * Members that an object's kind does not have, missing ones and wrong types: each object becomes a literal that must
 * satisfy the published type of its kind. All are compiled at once, as most of the time goes into starting.
 */
export async function typeErrors(manifests: readonly Manifest[]): Promise<string[]> {
  // Inside the package, where the types are found.
  const parent = join(import.meta.dirname, '../../.types')
  mkdirSync(parent, { recursive: true })
  using folder = mkdtempDisposableSync(join(parent, 'manifests-'))
  const sources = manifests.map((manifest, index) => {
    const file = join(folder.path, `${index}.ts`)
    writeFileSync(file, sourceOf(manifest))
    return file
  })
  const { code, stdout } = await run(TSC, [...OPTIONS, ...MODULES, ...sources])
  const errors = [...stdout.matchAll(/(\d+)\.ts\((\d+),\d+\): error TS\d+: (.*)$/gm)].map(
    ([, index, line, message = '']) => {
      const manifest = manifests[Number(index)]
      const text = readFileSync(sources[Number(index)] ?? '', 'utf8').split('\n')[Number(line) - 1] ?? ''
      return `${manifest ? nameOf(manifest) : ''}, at ${text.trim()} ${message}`
    },
  )
  if (code !== 0 && errors.length === 0) throw new Error(`tsc failed: ${stdout}`)
  return errors
}

function sourceOf(manifest: Manifest): string {
  const { apiVersion, kind } = manifest
  const isCustom = /\.(io|com)\//.test(apiVersion) && !/(^|\.)k8s\.io\//.test(apiVersion)
  const imported = isCustom
    ? `import type { ${kind} as Kind } from '../../src/k8s/operator-kinds.ts'`
    : `import type { I${kind} as Kind } from 'kubernetes-models/${apiVersion}/${kind}'`
  return `${imported}\nexport default ${JSON.stringify(manifest, null, 1)} satisfies Kind\n`
}
