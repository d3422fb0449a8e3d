import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ROOT, documentsOf, filesBelow, textOf } from '../src/files.ts'
import { actionlintFindings } from '../src/workflows/actionlint.ts'
import {
  type Workflow,
  type WorkflowFile,
  commandFindings,
  pinFindings,
  permissionFindings,
} from '../src/workflows/rules.ts'

const FILES: WorkflowFile[] = filesBelow('.github/workflows', /\.ya?ml$/).map((path) => ({
  path,
  text: textOf(path),
}))
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
const SCRIPTS = new Set(Object.keys(scripts))

describe('workflows', () => {
  test('actionlint and our rules accept every workflow', async () => {
    expect(FILES.map(({ path }) => path.replace(/.*\//, ''))).toEqual([
      'ci.yml',
      'deploy.yml',
      'image.yml',
      'release.yml',
      'security.yml',
      'terraform.yml',
    ])
    expect(await actionlintFindings(FILES)).toEqual([])
    expect(pinFindings(FILES)).toEqual([])
    expect(permissionFindings(FILES)).toEqual([])
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
  ])('actionlint finds a wrong %s', async (_, from, to) => {
    expect(await actionlintFindings(broken(from, to))).not.toEqual([])
  })

  test('an unpinned action is found', () => {
    expect(pinFindings(broken(/checkout@\S+ # \S+/, 'checkout@v7'))).toEqual([
      'deploy.yml: actions/checkout@v7 is not pinned to a commit, with its version as a comment',
    ])
    expect(pinFindings(broken(/(checkout@\S+) # \S+/, '$1'))).toHaveLength(1)
    expect(pinFindings([...FILES, ...broken(/checkout@\S+/, `checkout@${'a'.repeat(40)}`)])).toEqual([
      'deploy.yml: actions/checkout is pinned to two commits',
    ])
  })

  test.each<[string | RegExp, string, string]>([
    ['permissions: {}', 'permissions: write-all', 'deploy.yml: grants permissions to all jobs'],
    [/    permissions:\n(      .*\n)+/, '', 'deploy.yml: deploy lists no permissions'],
    [/concurrency:\n(  .*\n)+/, '', 'deploy.yml: allows concurrent runs'],
    [
      'workflow_dispatch:',
      'pull_request_target:',
      'deploy.yml: runs on pull_request_target, which gives untrusted code our permissions',
    ],
    [
      'secrets.GITHUB_TOKEN',
      'secrets.REGISTRY_PASSWORD',
      'deploy.yml: uses the long-lived secret REGISTRY_PASSWORD',
    ],
    ['role-to-assume:', 'aws-access-key-id:', 'deploy.yml: passes long-lived keys on'],
    [/    timeout-minutes.*\n/, '', 'deploy.yml: deploy has no timeout'],
    ['persist-credentials: false', 'fetch-depth: 0', 'deploy.yml: deploy keeps its token in the work tree'],
  ])('permissions: %s → %s', (from, to, finding) => {
    expect(permissionFindings(broken(from, to))).toContain(finding)
  })

  test.each<[string, string]>([
    ['kubectl apply --kustomize infra/k8s/overlays/production', 'is not a single script'],
    ['npm run infra:deploy -- --image ${{ inputs.image }}', 'is not a single script'],
    ['npm run infra:deploy && kubectl get pods', 'is not a single script'],
    ['npm run infra:undeploy', 'package.json has no script infra:undeploy'],
  ])('the command %s: %s', (command, finding) => {
    expect(commandFindings(broken(/npm run infra:deploy .*/, command), SCRIPTS).join()).toContain(finding)
  })

  test('an image is published for both architectures with all tags, and signed before the deployment', () => {
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

test('a release waits for CI, then publishes both packages with provenance and the image', () => {
  const workflow = (name: string) => documentsOf(textOf(`.github/workflows/${name}.yml`))[0] as Workflow
  expect(workflow('release').on).toEqual({ push: { tags: ['v*'] } })
  const { ci, packages, image } = workflow('release').jobs
  expect([ci?.uses, image?.uses]).toEqual(['./.github/workflows/ci.yml', './.github/workflows/image.yml'])
  expect([packages?.needs, image?.needs]).toEqual(['ci', 'packages'])
  for (const name of ['ci', 'image']) expect(workflow(name).on).not.toHaveProperty('push.tags')
  const { permissions, steps = [] } = packages!
  expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  expect(steps.at(-1)?.run).toBe('sh scripts/pnpm.sh release')
  expect(scripts['release']).toBe('sh scripts/release.sh')
  expect(textOf('scripts/release.sh')).toContain('pnpm.sh -r publish --provenance')
  const manifests = globSync('packages/*/package.json', { cwd: ROOT }).map(
    (path) => JSON.parse(textOf(path)) as { name: string; private?: boolean; publishConfig?: object },
  )
  const published = manifests.filter((manifest) => manifest.private !== true)
  expect(published.map(({ name }) => name).sort()).toEqual(['@todo/client', 'fastify-trpc'])
  for (const { publishConfig } of published) expect(publishConfig).toMatchObject({ access: 'public' })
})
