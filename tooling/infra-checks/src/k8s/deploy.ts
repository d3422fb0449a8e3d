import { join } from 'node:path'
import { outputOf } from '../tools.ts'
import { smoke } from './smoke.ts'

export type Deploy = {
  /** With its digest: what was signed is what runs. */
  image: string
  /** Of the site, for the smoke test. */
  url: string
  namespace: string
  /** The workflow that signs images, as its certificate names it. */
  signer: string
  /** EKS's name of the cluster; without it, that of the current kubeconfig. */
  cluster?: string | undefined
  /** For a kubeconfig that lasts as long as the deployment. */
  folder: string
  smokeWithinMs?: number | undefined
}

const DEPLOYMENT = 'deployment/todo-app'
const ISSUER = 'https://token.actions.githubusercontent.com'
// A little more than the Deployment's progressDeadlineSeconds, after which Kubernetes says that it has failed.
const ROLLOUT_TIMEOUT = '11m'
const REVISION = String.raw`jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`

/**
 * Rolls an image out that our pipeline has signed, and back when it does not get ready or fails the smoke test.
 * @throws Error when the image does not serve in the end
 */
export async function deploy(options: Deploy): Promise<void> {
  const { image, url, signer, smokeWithinMs } = options
  if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} has no digest`)
  await must('cosign', [
    'verify',
    `--certificate-oidc-issuer=${ISSUER}`,
    `--certificate-identity-regexp=^${literally(signer)}@refs/(heads/main|tags/v[0-9A-Za-z.-]+)$`,
    image,
  ])
  const kubectl = await clientOf(options)
  const before = await kubectl('get', DEPLOYMENT, `--output=${REVISION}`)
  await kubectl('set', 'image', DEPLOYMENT, `app=${image}`, `migrate=${image}`)
  try {
    await kubectl('rollout', 'status', DEPLOYMENT, `--timeout=${ROLLOUT_TIMEOUT}`)
    await smoke(url, smokeWithinMs)
  } catch (error) {
    await undo(kubectl, before)
    throw error
  }
}

type Kubectl = (...args: string[]) => Promise<string>

async function clientOf({ cluster, folder, namespace }: Deploy): Promise<Kubectl> {
  const config = join(folder, 'kubeconfig')
  if (cluster) await must('aws', ['eks', 'update-kubeconfig', `--name=${cluster}`, `--kubeconfig=${config}`])
  const env = cluster ? { KUBECONFIG: config } : {}
  return (...args) => must('kubectl', [`--namespace=${namespace}`, ...args], env)
}

/** To the revision that served before: `undo` alone would take the one before that when nothing has changed. */
async function undo(kubectl: Kubectl, revision: string): Promise<void> {
  if (revision === (await kubectl('get', DEPLOYMENT, `--output=${REVISION}`))) return
  await kubectl('rollout', 'undo', DEPLOYMENT, `--to-revision=${revision}`)
  await kubectl('rollout', 'status', DEPLOYMENT, `--timeout=${ROLLOUT_TIMEOUT}`)
}

async function must(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  console.log(`$ ${command} ${args.join(' ')}`)
  return outputOf(command, args, { env })
}

const literally = (text: string) => text.replaceAll(/[.+*?^${}()|[\]\\]/g, String.raw`\$&`)
