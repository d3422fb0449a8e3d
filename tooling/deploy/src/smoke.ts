// `pnpm infra:smoke --url https://todo.example.com`: one request to each public interface of a running environment.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

type Check = { path: string; expected: string; passes: (response: Response, body: string) => boolean }

const CHECKS: Check[] = [
  { path: '/health/ready', expected: 'be ready', passes: ({ status }) => status === 200 },
  {
    path: '/api-doc/openapi.json',
    expected: 'return an OpenAPI document',
    passes: ({ status }, body) => status === 200 && body.startsWith('{"openapi":"3.'),
  },
  {
    path: '/api/v1/todos',
    expected: 'refuse a request without a token',
    passes: ({ status, headers }) =>
      status === 401 &&
      headers.has('www-authenticate') &&
      headers.get('content-type')?.startsWith('application/problem+json') === true,
  },
  { path: '/metrics', expected: 'not be public', passes: ({ status }) => status !== 200 },
]

const RETRY_MS = 1_000
const REQUEST_TIMEOUT_MS = 5_000

/** Repeats the checks until all pass. @throws Error with the failed ones after `timeoutMs` */
export async function smoke(url: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const results = await Promise.all(CHECKS.map((check) => failureOf(url, check)))
    const failures = results.filter((failure) => failure !== undefined)
    if (failures.length === 0) return
    if (performance.now() > deadline) throw new Error(`the smoke test failed:\n${failures.join('\n')}`)
    await sleep(RETRY_MS)
  }
}

async function failureOf(url: string, { path, expected, passes }: Check): Promise<string | undefined> {
  try {
    const response = await fetch(new URL(path, url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    if (passes(response, await response.text())) return undefined
    return `${path} must ${expected}, but answers ${response.status}`
  } catch (error) {
    return `${path} does not answer: ${error instanceof Error ? error.message : String(error)}`
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { url: { type: 'string', default: '' }, seconds: { type: 'string', default: '60' } },
  })
  if (values.url === '') throw new Error('--url is required')
  await smoke(values.url, Number(values.seconds) * 1000)
  console.log(`${values.url} passed the smoke test`)
}
