// pnpm gen field todos.estimateMinutes smallint
// pnpm gen operation todos.archive mutation
import { join } from 'node:path'
import { addField, isFieldType } from './add-field.ts'
import { addOperation, isOperationKind } from './add-operation.ts'

const ROOT = join(import.meta.dirname, '../../..')
const USAGE = `Usage:
  pnpm gen field <family>.<name> <text | smallint | integer | boolean> [default]
      adds a member to todos, lists or labels; without a default it is nullable
  pnpm gen operation <family>.<name> <query | mutation>
      adds an operation on one todo, list or label`

try {
  await generate(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function generate([what, path = '', kind = '', defaultValue]: string[]): Promise<void> {
  if (what === 'field' && isFieldType(kind)) {
    report(await addField(ROOT, { path, type: kind, defaultValue }))
    console.log(
      'Next: read the change and describe the field in its schema, then run pnpm format and pnpm generate, and add a line to\nCHANGELOG.md.',
    )
  } else if (what === 'operation' && isOperationKind(kind)) {
    report(await addOperation(ROOT, path, kind))
    console.log(`Next: write the rule of ${path} and its test, correct the summary, description and errors of the procedure, and add its
error cases to apps/server/tests/suites/particulars.ts and a line to CHANGELOG.md. Then run pnpm format, pnpm generate,
pnpm --filter @todo/server test tests/errors-document.test.ts -u and npm test.`)
  } else throw new Error(USAGE)
}

function report(paths: string[]): void {
  console.log(`${paths.join('\n')}\n`)
}
