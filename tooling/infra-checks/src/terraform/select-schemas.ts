// Updates provider-schemas.json for a new type of resource or a new version of a provider. It keeps the types that
// infra/terraform uses. In infra/terraform/environments/production, with access to Terraform's registry:
//   terraform init -backend=false
//   terraform providers schema -json | node ../../../../tooling/infra-checks/src/terraform/select-schemas.ts
import { writeFileSync } from 'node:fs'
import { json } from 'node:stream/consumers'
import { KINDS, SCHEMA_FILE, type Schemas, usedTypes } from './schema.ts'

const schemas = (await json(process.stdin)) as Schemas
for (const provider of Object.values(schemas.provider_schemas)) {
  for (const [kind, member] of Object.entries(KINDS)) {
    const used = new Set(usedTypes(kind as keyof typeof KINDS))
    const types = Object.entries(provider[member] ?? {}).filter(([type]) => used.has(type))
    provider[member] = Object.fromEntries(types)
  }
}
const isDescription = (key: string, value: unknown) =>
  /^description(_kind)?$/.test(key) && typeof value === 'string'
const text = JSON.stringify(schemas, (key, value: unknown) => (isDescription(key, value) ? undefined : value))
// One line for each type, for readable diffs.
writeFileSync(SCHEMA_FILE, `${text.replaceAll(/"[a-z]+_\w+":\{"version"/g, '\n$&')}\n`)
