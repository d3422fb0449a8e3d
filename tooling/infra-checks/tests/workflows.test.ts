import { once } from 'node:events'
import { chmod, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, documentsOf, filesBelow, textOf } from '../src/files.ts'
import { run } from '../src/tools.ts'
import { actionlintFindings } from '../src/workflows/actionlint.ts'
import { type WorkflowFile, commandFindings, pinFindings, rightsFindings } from '../src/workflows/rules.ts'

const FILES: WorkflowFile[] = filesBelow('.github/workflows', /\.ya?ml$/).map((path) => ({
  path,
  text: textOf(path),
}))
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
const SCRIPTS = new Set(Object.keys(scripts))
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const IMAGE = `ghcr.io/todo-app/todo-app@${DIGEST}`
const SIGNER = 'https://github.com/todo-app/todo-app/.github/workflows/image.yml'

describe('workflows', () => {
  test('the linter and our rules find nothing', async () => {
    expect(FILES.map(({ path }) => path.replace(/.*\//, ''))).toEqual([
      'ci.yml',
      'deploy.yml',
      'image.yml',
      'security.yml',
      'terraform.yml',
    ])
    expect(await actionlintFindings(FILES)).toEqual([])
    expect(pinFindings(FILES)).toEqual([])
    expect(rightsFindings(FILES)).toEqual([])
    expect(commandFindings(FILES, SCRIPTS)).toEqual([])
  })

  const broken = (from: string | RegExp, to: string): WorkflowFile[] => {
    const text = textOf('.github/workflows/deploy.yml')
    expect(text).toMatch(from)
    return [{ path: 'deploy.yml', text: text.replace(from, to) }]
  }

  test.each<[string, string | RegExp, string]>([
    ['runner', 'ubuntu-24.04', 'ubuntu-1'],
    ['expression', '${{ inputs.image }}', '${{ inputs.picture }}'],
    ['key', 'timeout-minutes', 'timeout-minute'],
  ])('the linter finds a wrong %s', async (_, from, to) => {
    expect(await actionlintFindings(broken(from, to))).not.toEqual([])
  })

  test('an action that is not pinned is found', () => {
    expect(pinFindings(broken(/checkout@\S+ # \S+/, 'checkout@v7'))).toEqual([
      'deploy.yml: actions/checkout@v7 is not pinned to a commit, with its version as a comment',
    ])
    expect(pinFindings(broken(/(checkout@\S+) # \S+/, '$1'))).toHaveLength(1)
    expect(pinFindings([...FILES, ...broken(/checkout@\S+/, `checkout@${'a'.repeat(40)}`)])).toEqual([
      'deploy.yml: actions/checkout is pinned to two commits',
    ])
  })

  test.each<[string | RegExp, string, string]>([
    ['permissions: {}', 'permissions: write-all', 'deploy.yml: gives rights to all of its jobs'],
    [/    permissions:\n(      .*\n)+/, '', 'deploy.yml: deploy does not say which rights it needs'],
    [/concurrency:\n(  .*\n)+/, '', 'deploy.yml: may run twice at once'],
    [
      'workflow_dispatch:',
      'pull_request_target:',
      'deploy.yml: runs on pull_request_target, with our rights on what strangers wrote',
    ],
    [
      'secrets.GITHUB_TOKEN',
      'secrets.REGISTRY_PASSWORD',
      'deploy.yml: uses REGISTRY_PASSWORD, a key that lasts',
    ],
    ['role-to-assume:', 'aws-access-key-id:', 'deploy.yml: hands keys on'],
    [/    timeout-minutes.*\n/, '', 'deploy.yml: deploy has no time limit'],
    ['persist-credentials: false', 'fetch-depth: 0', 'deploy.yml: deploy leaves its token in the work tree'],
  ])('rights: %s → %s', (from, to, finding) => {
    expect(rightsFindings(broken(from, to))).toContain(finding)
  })

  test.each<[string, string]>([
    ['kubectl apply --kustomize infra/k8s/overlays/production', 'is not one script'],
    ['npm run infra:deploy -- --image ${{ inputs.image }}', 'is not one script'],
    ['npm run infra:deploy && kubectl get pods', 'is not one script'],
    ['npm run infra:undeploy', 'package.json has no script infra:undeploy'],
  ])('the command %s: %s', (command, finding) => {
    expect(commandFindings(broken(/npm run infra:deploy .*/, command), SCRIPTS).join()).toContain(finding)
  })

  test('an image is published for both architectures, by all of its names, and signed before it is deployed', () => {
    const { jobs } = documentsOf(textOf('.github/workflows/image.yml'))[0] as {
      jobs: Record<
        string,
        { needs?: string; steps?: { id?: string; run?: string; with?: Record<string, unknown> }[] }
      >
    }
    const { needs, steps = [] } = jobs['publish']!
    expect(needs).toBe('scan')
    expect(steps.find(({ id }) => id === 'build')?.with).toMatchObject({
      platforms: 'linux/amd64,linux/arm64',
      sbom: true,
      provenance: 'mode=max',
    })
    expect(steps.find(({ id }) => id === 'metadata')?.with?.['tags']).toMatch(
      /event=branch\n.*event=tag\n.*latest.*\n.*type=sha/,
    )
    expect(steps.at(-1)?.run).toMatch(/infra:sign/)
    for (const environment of ['staging', 'production']) expect(jobs[environment]!.needs).toBe('publish')
  })
})

describe('deploy', () => {
  const script = (name: string) => join(ROOT, 'tooling/infra-checks/scripts', name)

  /** Programs of these names that write down how they are called, and fail when they are called like `failing`. */
  async function calling(args: string[], { failing = 'never', revisions = ['7', '8'] } = {}) {
    await using dir = await mkdtempDisposable(join(tmpdir(), 'todo-deploy-'))
    const calls = join(dir.path, 'calls')
    await writeFile(calls, '')
    for (const [index, revision] of revisions.entries())
      await writeFile(join(dir.path, `revision-${index}`), revision)
    for (const name of ['kubectl', 'cosign', 'aws', 'terraform']) {
      const file = join(dir.path, name)
      await writeFile(file, FAKE)
      await chmod(file, 0o755)
    }
    const env = {
      PATH: `${dir.path}:${process.env['PATH']}`,
      FAKE_DIR: dir.path,
      FAKE_FAILING: failing,
      GITHUB_STEP_SUMMARY: join(dir.path, 'summary'),
      TF_STATE_BUCKET: 'states',
      AWS_REGION: 'eu-central-1',
    }
    const ran = await run(process.execPath, args, { env, cwd: ROOT })
    const told = (await readFile(calls, 'utf8')).trim().split('\n')
    return {
      ...ran,
      calls: told.map((call) => call.replaceAll(dir.path, '').replace(/\/\S*todo-deploy-\w+/, '')),
    }
  }

  /** Its second revision is asked for after the image is set. */
  const FAKE = `#!/bin/sh
echo "$(basename "$0") $*" >>"$FAKE_DIR/calls"
case "$*" in
  *"$FAKE_FAILING"*) echo 'it does not work' >&2; exit 1 ;;
  *--output=jsonpath*)
    for revision in "$FAKE_DIR"/revision-*; do cat "$revision"; rm "$revision"; break; done ;;
esac
`

  const GET = String.raw`kubectl --namespace=todo get deployment/todo-app --output=jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`
  const STATUS = 'kubectl --namespace=todo rollout status deployment/todo-app --timeout=11m'
  const ROLL_OUT = [
    String.raw`cosign verify --certificate-oidc-issuer=https://token.actions.githubusercontent.com --certificate-identity-regexp=^https://github\.com/todo-app/todo-app/\.github/workflows/image\.yml@refs/(heads/main|tags/v[0-9A-Za-z.-]+)$ ${IMAGE}`.replace(
      '${IMAGE}',
      IMAGE,
    ),
    'aws eks update-kubeconfig --name=todo --kubeconfig=/kubeconfig',
    GET,
    `kubectl --namespace=todo set image deployment/todo-app app=${IMAGE} migrate=${IMAGE}`,
    STATUS,
  ]
  const UNDO = [GET, 'kubectl --namespace=todo rollout undo deployment/todo-app --to-revision=7', STATUS]
  const options = ['--signer', SIGNER, '--cluster', 'todo', '--smoke-seconds', '0']

  test('sets both images, waits, and looks whether it serves', async () => {
    await using site = await serving(answers())
    const { code, calls, stdout } = await calling([
      script('deploy.ts'),
      '--image',
      IMAGE,
      '--url',
      site.url,
      ...options,
    ])
    expect(calls).toEqual(ROLL_OUT)
    expect(stdout).toContain(`${IMAGE} serves ${site.url}`)
    expect(code).toBe(0)
  })

  test('goes back to the revision before when the rollout fails', async () => {
    await using site = await serving(answers())
    const args = [script('deploy.ts'), '--image', IMAGE, '--url', site.url, ...options]
    const { code, calls } = await calling(args, { failing: 'rollout status' })
    expect(calls).toEqual([...ROLL_OUT, ...UNDO])
    expect(code).toBe(1)
  })

  test.each([
    ['a door fails', { '/health/ready': 503 }, '/health/ready must be ready, and answers 503'],
    ['metrics are shown to everybody', { '/metrics': 200 }, '/metrics must be for inside only'],
    ['todos are', { '/api/v1/todos': 200 }, '/api/v1/todos must be refused without a token'],
  ])('and when %s', async (_, statuses, finding) => {
    await using site = await serving(answers(statuses))
    const { code, calls, stderr } = await calling([
      script('deploy.ts'),
      '--image',
      IMAGE,
      '--url',
      site.url,
      ...options,
    ])
    expect(calls).toEqual([...ROLL_OUT, ...UNDO])
    expect(stderr).toContain(finding)
    expect(code).toBe(1)
  })

  test('to no revision when there is no new one', async () => {
    const args = [script('deploy.ts'), '--image', IMAGE, '--url', 'http://127.0.0.1:9', ...options]
    const { code, calls } = await calling(args, { revisions: ['7', '7'] })
    expect(calls).toEqual([...ROLL_OUT, GET])
    expect(code).toBe(1)
  })

  test('touches nothing for an image that is not signed, or has no digest', async () => {
    const unsigned = await calling(
      [script('deploy.ts'), '--image', IMAGE, '--url', 'http://127.0.0.1:9', ...options],
      {
        failing: 'verify',
      },
    )
    expect(unsigned.calls).toEqual(ROLL_OUT.slice(0, 1))
    const latest = IMAGE.replace(/@.*/, ':latest')
    const tagged = await calling([
      script('deploy.ts'),
      '--image',
      latest,
      '--url',
      'http://127.0.0.1:9',
      ...options,
    ])
    expect([unsigned.code, tagged.code, ...tagged.calls]).toEqual([1, 1, ''])
  })

  test('the smoke test looks at every door', async () => {
    await using site = await serving(answers())
    const { code, stdout } = await run(process.execPath, [script('smoke.ts'), '--url', site.url])
    expect(stdout).toBe(`${site.url} is well\n`)
    expect(code).toBe(0)
    const gone = await run(process.execPath, [
      script('smoke.ts'),
      '--url',
      'http://127.0.0.1:9',
      '--seconds',
      '0',
    ])
    expect(gone.stderr).toContain('/health/ready does not answer')
    expect(gone.code).toBe(1)
  })

  test('an image is signed by its digest alone', async () => {
    expect((await calling([script('sign.ts'), IMAGE])).calls).toEqual([`cosign sign --yes ${IMAGE}`])
    expect((await calling([script('sign.ts'), IMAGE], { failing: 'sign' })).code).toBe(1)
    expect((await calling([script('sign.ts'), 'ghcr.io/todo-app/todo-app:main'])).calls).toEqual([''])
  })

  test('Terraform plans, and applies what it planned', async () => {
    const INIT =
      'terraform init -input=false -backend-config=bucket=states -backend-config=key=todo/staging.tfstate -backend-config=region=eu-central-1'
    const PLAN = 'terraform plan -input=false -lock-timeout=5m -out=planned.tfplan'
    const SHOW = 'terraform show -no-color planned.tfplan'
    const terraform = (...args: string[]) => [script('terraform.ts'), ...args]
    expect((await calling(terraform('plan', 'staging'))).calls).toEqual([INIT, PLAN, SHOW])
    const APPLY = 'terraform apply -input=false -lock-timeout=5m planned.tfplan'
    expect((await calling(terraform('apply', 'staging'))).calls).toEqual([INIT, PLAN, SHOW, APPLY])
    const failed = await calling(terraform('apply', 'staging'), { failing: 'plan -input' })
    expect([failed.code, ...failed.calls]).toEqual([1, INIT, PLAN])
    expect((await calling(terraform('destroy', 'staging'))).calls).toEqual([''])
  })
})

const DOORS = { '/health/ready': 200, '/api-doc/openapi.json': 200, '/api/v1/todos': 401, '/metrics': 404 }

/** A server that answers as ours does. */
function answers(statuses: Record<string, number> = {}): RequestListener {
  return ({ url = '' }, response) => {
    const status = { ...DOORS, ...statuses }[url] ?? 404
    const problem = { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' }
    response.writeHead(status, status === 401 ? problem : {})
    response.end(url === '/api-doc/openapi.json' ? '{"openapi":"3.1.0"}' : '{}')
  }
}

async function serving(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, [Symbol.asyncDispose]: async () => void server.close() }
}
