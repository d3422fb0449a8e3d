// pnpm gen field estimateMinutes smallint
import { join } from 'node:path'
import { addField, isFieldType } from './add-field.ts'

const [kind, name = '', type = ''] = process.argv.slice(2)
if (kind === 'field' && isFieldType(type)) {
  const changed = await addField(join(import.meta.dirname, '../../..'), name, type)
  console.log(`${changed.join('\n')}\n
Next: read the change, then run pnpm format and pnpm generate, give ${name} random values in
apps/server/tests/support/arbitraries.ts, and add a line to CHANGELOG.md.`)
} else {
  console.error('Usage: pnpm gen field <name> <text | smallint | integer | boolean>   adds a member to todos')
  process.exitCode = 1
}
