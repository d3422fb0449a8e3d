import { setTimeout as sleep } from 'node:timers/promises'

type Check = { path: string; must: (response: Response, body: string) => boolean; be: string }

/** One look at each door, as anybody outside has it. */
const CHECKS: Check[] = [
  { path: '/health/ready', be: 'ready', must: ({ status }) => status === 200 },
  {
    path: '/api-doc/openapi.json',
    be: 'an OpenAPI document',
    must: ({ status }, body) => status === 200 && body.startsWith('{"openapi":"3.'),
  },
  {
    path: '/api/v1/todos',
    be: 'refused without a token',
    must: ({ status, headers }) =>
      status === 401 &&
      headers.has('www-authenticate') &&
      headers.get('content-type')?.startsWith('application/problem+json') === true,
  },
  { path: '/metrics', be: 'for inside only', must: ({ status }) => status !== 200 },
]

const BETWEEN_MS = 1_000
const ANSWER_MS = 5_000

/** Asks until all is as it must be. @throws Error after `withinMs`, with what is not */
export async function smoke(url: string, withinMs = 60_000): Promise<void> {
  const until = performance.now() + withinMs
  for (;;) {
    const findings = (await Promise.all(CHECKS.map((check) => findingOf(url, check)))).filter(
      (found) => found !== '',
    )
    if (findings.length === 0) return
    if (performance.now() > until) throw new Error(`the smoke test failed:\n${findings.join('\n')}`)
    await sleep(BETWEEN_MS)
  }
}

async function findingOf(url: string, { path, must, be }: Check): Promise<string> {
  try {
    const response = await fetch(new URL(path, url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return must(response, await response.text())
      ? ''
      : `${path} must be ${be}, and answers ${response.status}`
  } catch (error) {
    return `${path} does not answer: ${error instanceof Error ? error.message : String(error)}`
  }
}
