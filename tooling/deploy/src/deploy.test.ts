import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const IMAGE = `ghcr.io/todo-app/todo-app@sha256:${'0123456789abcdef'.repeat(4)}`
const SIGNER = 'https://github.com/todo-app/todo-app/.github/workflows/image.yml'
const NOBODY = 'http://127.0.0.1:9'

const GET = String.raw`kubectl --namespace=todo get deployment/todo-app --output=jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`
const STATUS = 'kubectl --namespace=todo rollout status deployment/todo-app --timeout=11m'
const ROLL_OUT = [
  `cosign verify --certificate-oidc-issuer=https://token.actions.githubusercontent.com --certificate-identity-regexp=^${SIGNER.replaceAll('.', '\\.')}@refs/(heads/main|tags/v[0-9A-Za-z.-]+)$ ${IMAGE}`,
  'aws eks update-kubeconfig --name=todo --kubeconfig=/kubeconfig',
  GET,
  `kubectl --namespace=todo set image deployment/todo-app app=${IMAGE} migrate=${IMAGE}`,
  STATUS,
]
const UNDO = [GET, 'kubectl --namespace=todo rollout undo deployment/todo-app --to-revision=7', STATUS]

describe('deploy', () => {
  const deploy = (url: string, image = IMAGE) =>
    `deploy.ts --image ${image} --url ${url} --signer ${SIGNER} --cluster todo --smoke-seconds 0`.split(' ')

  test('verifies the signature, sets both images, waits for the rollout and runs the smoke test', async () => {
    await using site = await serving()
    const { code, calls, output } = await runWithFakes(deploy(site.url))
    expect(calls).toEqual(ROLL_OUT)
    expect(output).toContain(`${site.url} now serves ${IMAGE}`)
    expect(code).toBe(0)
  })

  test('goes back to the previous revision if the rollout fails', async () => {
    await using site = await serving()
    const { code, calls } = await runWithFakes(deploy(site.url), { failing: 'rollout status' })
    expect(calls).toEqual([...ROLL_OUT, ...UNDO])
    expect(code).toBe(1)
  })

  test.each([
    ['/health/ready', 503, 'must be ready, but answers 503'],
    ['/metrics', 200, 'must not be public'],
    ['/api/v1/todos', 200, 'must refuse a request without a token'],
  ])('goes back to the previous revision if %s answers %i', async (path, status, finding) => {
    await using site = await serving({ [path]: status })
    const { code, calls, output } = await runWithFakes(deploy(site.url))
    expect(calls).toEqual([...ROLL_OUT, ...UNDO])
    expect(output).toContain(`${path} ${finding}`)
    expect(code).toBe(1)
  })

  test('undoes nothing if there is no new revision', async () => {
    const { code, calls } = await runWithFakes(deploy(NOBODY), { revisions: ['7', '7'] })
    expect(calls).toEqual([...ROLL_OUT, GET])
    expect(code).toBe(1)
  })

  test('changes nothing for an image without a signature or a digest', async () => {
    const unsigned = await runWithFakes(deploy(NOBODY), { failing: 'verify' })
    expect(unsigned.calls).toEqual(ROLL_OUT.slice(0, 1))
    const tagged = await runWithFakes(deploy(NOBODY, IMAGE.replace(/@.*/, ':latest')))
    expect([unsigned.code, tagged.code, ...tagged.calls]).toEqual([1, 1])
  })
})

test('the smoke test checks each public interface', async () => {
  await using site = await serving()
  const passed = await runWithFakes(['smoke.ts', '--url', site.url])
  expect([passed.code, passed.output]).toEqual([0, `${site.url} passed the smoke test\n`])
  const failed = await runWithFakes(['smoke.ts', '--url', NOBODY, '--seconds', '0'])
  expect(failed.output).toContain('/health/ready does not answer')
  expect(failed.code).toBe(1)
})

test('signs an image by its digest only', async () => {
  expect((await runWithFakes(['sign.ts', IMAGE])).calls).toEqual([`cosign sign --yes ${IMAGE}`])
  expect((await runWithFakes(['sign.ts', IMAGE], { failing: 'sign' })).code).toBe(1)
  expect((await runWithFakes(['sign.ts', 'ghcr.io/todo-app/todo-app:main'])).calls).toEqual([])
})

test('Terraform applies exactly the plan that it made', async () => {
  const INIT =
    'terraform init -input=false -backend-config=bucket=states -backend-config=key=todo/staging.tfstate -backend-config=region=eu-central-1'
  const PLAN = 'terraform plan -input=false -lock-timeout=5m -out=planned.tfplan'
  const SHOW = expect.stringMatching(/^terraform -chdir=\S+staging show -no-color planned.tfplan$/) as string
  const APPLY = 'terraform apply -input=false -lock-timeout=5m planned.tfplan'
  const terraform = (command: string, options = {}) =>
    runWithFakes(['terraform.ts', command, 'staging'], options)
  expect((await terraform('plan')).calls).toEqual([INIT, PLAN, SHOW])
  expect((await terraform('apply')).calls).toEqual([INIT, PLAN, SHOW, APPLY])
  const failed = await terraform('apply', { failing: 'plan -input' })
  expect([failed.code, ...failed.calls]).toEqual([1, INIT, PLAN])
  expect((await terraform('destroy')).calls).toEqual([])
})

/** Logs its arguments, fails if they contain $FAKE_FAILING, and prints one revision after the other. */
const FAKE = `#!/bin/sh
echo "$(basename "$0") $*" >>"$FAKE_DIR/calls"
case "$*" in
  *"$FAKE_FAILING"*) echo 'planted failure' >&2; exit 1 ;;
  *--output=jsonpath*)
    for revision in "$FAKE_DIR"/revision-*; do cat "$revision"; rm "$revision"; break; done ;;
esac
`

/** Runs one of our programs with stand-ins for kubectl, cosign, aws and terraform. @returns the calls they received */
async function runWithFakes(
  [program = '', ...args]: string[],
  { failing = 'never', revisions = ['7', '8'] } = {},
): Promise<{ code: number; output: string; calls: string[] }> {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'todo-deploy-'))
  const calls = join(dir.path, 'calls')
  await writeFile(calls, '')
  for (const [index, revision] of revisions.entries())
    await writeFile(join(dir.path, `revision-${index}`), revision)
  for (const name of ['kubectl', 'cosign', 'aws', 'terraform']) {
    await writeFile(join(dir.path, name), FAKE)
    await chmod(join(dir.path, name), 0o755)
  }
  const env = {
    PATH: `${dir.path}:${process.env['PATH']}`,
    FAKE_DIR: dir.path,
    FAKE_FAILING: failing,
    GITHUB_STEP_SUMMARY: join(dir.path, 'summary'),
    TF_STATE_BUCKET: 'states',
    AWS_REGION: 'eu-central-1',
  }
  const ran = await promisify(execFile)(process.execPath, [join(import.meta.dirname, program), ...args], {
    env,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, output: stdout + stderr }
    },
  )
  const made = (await readFile(calls, 'utf8')).split('\n').filter((call) => call !== '')
  return { ...ran, calls: made.map((call) => call.replace(/=\/\S*todo-deploy-\w+\//, '=/')) }
}

const STATUSES = { '/health/ready': 200, '/api-doc/openapi.json': 200, '/api/v1/todos': 401, '/metrics': 404 }

/** A site that passes the smoke test, except where a status is given. */
async function serving(statuses: Record<string, number> = {}) {
  const answer: RequestListener = ({ url = '' }, response) => {
    const status = { ...STATUSES, ...statuses }[url] ?? 404
    const problem = { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' }
    response.writeHead(status, status === 401 ? problem : {})
    response.end(url === '/api-doc/openapi.json' ? '{"openapi":"3.1.0"}' : '{}')
  }
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, [Symbol.asyncDispose]: async () => void server.close() }
}
