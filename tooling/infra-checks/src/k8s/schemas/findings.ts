import { Ajv, type ValidateFunction } from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, nameOf } from '../manifest.ts'
import type { SchemaFile } from './schema.ts'

/** What does not fit the schema of an object's kind: wrong types, missing members, and members that it does not know. */
export function schemaFindings(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const validate = validatorOf(`${manifest.apiVersion} ${manifest.kind}`)
    if (!validate) return [`${nameOf(manifest)}: no schema for ${manifest.apiVersion}`]
    if (validate(manifest)) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const { additionalProperty } = params as { additionalProperty?: string }
      const what = additionalProperty === undefined ? message : `there is no ${additionalProperty}`
      return `${nameOf(manifest)}${instancePath}: ${what}`
    })
  })
}

const { kinds, definitions } = schemas()
const ajv = new Ajv({ allErrors: true, strict: false }).addSchema({ definitions }, 'kinds')
const validators = new Map<string, ValidateFunction>()

function validatorOf(kind: string): ValidateFunction | undefined {
  const definition = kinds[kind]
  if (definition === undefined) return undefined
  const known = validators.get(kind)
  if (known) return known
  const made = ajv.compile({ $ref: `kinds#/definitions/${definition.replaceAll('/', '~1')}` })
  validators.set(kind, made)
  return made
}

/** Extracted, and for what no package of types has, written by hand. */
function schemas(): Pick<SchemaFile, 'kinds' | 'definitions'> {
  const files = ['kinds.json', 'written.json'].map(
    (name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as SchemaFile,
  )
  return {
    kinds: Object.assign({}, ...files.map((file) => file.kinds)) as SchemaFile['kinds'],
    definitions: Object.assign({}, ...files.map((file) => file.definitions)) as SchemaFile['definitions'],
  }
}
