import { ERRORS } from '@todo/core'
import { expect, test } from 'vitest'
import { codesOf, document } from './support/contract.ts'
import { operations } from './support/rest.ts'

const INTRODUCTION = `# Errors

Every error has a stable \`code\` for programs and a message for people. They are the same on every interface:

|              | REST (\`application/problem+json\`) | RPC                    | SDK (\`TodoApiError\`) |
| ------------ | --------------------------------- | ---------------------- | -------------------- |
| code         | \`code\`                            | \`error.data.reason\`    | \`error.code\`         |
| HTTP status  | \`status\`                          | \`error.data.status\`    | \`error.status\`       |
| message      | \`detail\`                          | \`error.message\`        | \`error.message\`      |
| field errors | \`errors\`: \`{ path, message }\`     | \`error.data.errors\`    | \`error.errors\`       |
| request      | \`requestId\`                       | \`error.data.requestId\` | \`error.requestId\`    |

On RPC, \`error.data.status\` is the status that REST would send. The response itself has \`error.data.httpStatus\`, because
tRPC has no code for some statuses, such as 410; tRPC's code is in \`error.data.code\`. \`errors\` has at most 20 entries;
an empty path means the whole input. For errors with status 429 and 503, \`Retry-After\` (RPC:
\`error.data.retryAfterSeconds\`) is the number of seconds to wait.

This page is generated from the catalogue in \`packages/core/src/errors\` and the OpenAPI document:
\`pnpm --filter @todo/server test tests/errors-document.test.ts -u\` updates it.
`

/** The operations that send each code. */
function operationsByCode(): Map<string, string[]> {
  const sent = [...operations].flatMap(([path, { openapi }]) => {
    const responses = document.paths[openapi.path]?.[openapi.method.toLowerCase()]?.responses ?? {}
    return Object.values(responses).flatMap((response) => codesOf(response).map((code) => ({ code, path })))
  })
  const byCode = Map.groupBy(sent, ({ code }) => code)
  return new Map([...byCode].map(([code, all]) => [code, all.map(({ path }) => path)]))
}

function errorTable(): string {
  const senders = operationsByCode()
  const rows = Object.entries(ERRORS).map(([code, { status, message }]) => {
    return [`\`${code}\``, String(status), message, describe(senders.get(code) ?? [])]
  })
  return table([['Code', 'Status', 'Message', 'Sent by'], ...rows])
}

const MANY = 12

function describe(paths: string[]): string {
  if (paths.length === 0) return 'the HTTP layer, before an operation runs'
  if (paths.length === operations.size) return 'every operation'
  return paths.length > MANY ? `${paths.length} operations` : paths.map((path) => `\`${path}\``).join(', ')
}

/** A Markdown table, formatted like oxfmt does it. */
function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const [head = '', ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n')
}

test('docs/errors.md matches the catalogue', async () => {
  await expect(`${INTRODUCTION}\n${errorTable()}\n`).toMatchFileSnapshot('../../../docs/errors.md')
})

test('codes are in upper case, and messages are sentences', () => {
  for (const [code, { message }] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    expect(message, code).toMatch(/^[A-Z`].*\.$/)
  }
})
