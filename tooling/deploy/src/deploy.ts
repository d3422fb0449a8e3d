// `pnpm infra:deploy --image ghcr.io/todo-app/todo-app@sha256:… --url https://todo.example.com --signer …`: rolls out an
// image that our pipeline has signed. It goes back to the previous revision if the rollout or the smoke test fails.
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from './run.ts'
import { smoke } from './smoke.ts'

const DEPLOYMENT = 'deployment/todo-app'
const ISSUER = 'https://token.actions.githubusercontent.com'
// Longer than the Deployment's progressDeadlineSeconds, after which Kubernetes reports a failure.
const ROLLOUT_TIMEOUT = '11m'
const REVISION = String.raw`jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`

const { values } = parseArgs({
  options: {
    image: { type: 'string', default: '' },
    /** The public URL, for the smoke test. */
    url: { type: 'string', default: '' },
    /** The workflow that signs images, as its certificate names it. */
    signer: { type: 'string', default: '' },
    namespace: { type: 'string', default: 'todo' },
    /** The EKS cluster; without it, the current kubeconfig is used. */
    cluster: { type: 'string' },
    'smoke-seconds': { type: 'string', default: '60' },
  },
})
const { image, url, signer, namespace, cluster } = values
for (const name of ['image', 'url', 'signer'] as const) {
  if (values[name] === '') throw new Error(`--${name} is required`)
}
if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} has no digest`)

const identity = `^${signer.replaceAll('.', String.raw`\.`)}@refs/(heads/main|tags/v[0-9A-Za-z.-]+)$`
await run('cosign', [
  'verify',
  `--certificate-oidc-issuer=${ISSUER}`,
  `--certificate-identity-regexp=${identity}`,
  image,
])

await using folder = await mkdtempDisposable(join(tmpdir(), 'todo-deploy-'))
const config = join(folder.path, 'kubeconfig')
if (cluster) await run('aws', ['eks', 'update-kubeconfig', `--name=${cluster}`, `--kubeconfig=${config}`])
const env = cluster ? { KUBECONFIG: config } : {}
const kubectl = (...args: string[]) => run('kubectl', [`--namespace=${namespace}`, ...args], env)
const revision = () => kubectl('get', DEPLOYMENT, `--output=${REVISION}`)
const rolledOut = () => kubectl('rollout', 'status', DEPLOYMENT, `--timeout=${ROLLOUT_TIMEOUT}`)

const before = await revision()
await kubectl('set', 'image', DEPLOYMENT, `app=${image}`, `migrate=${image}`)
try {
  await rolledOut()
  await smoke(url, Number(values['smoke-seconds']) * 1000)
} catch (error) {
  // Without a new revision, `rollout undo` would go back one too far.
  if (before !== (await revision())) {
    await kubectl('rollout', 'undo', DEPLOYMENT, `--to-revision=${before}`)
    await rolledOut()
  }
  throw error
}
console.log(`${url} now serves ${image}`)
