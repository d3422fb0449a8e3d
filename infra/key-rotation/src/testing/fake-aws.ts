import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** An HTTP server that answers like Secrets Manager with one secret and ECS with one service. */
export type FakeAws = {
  url: string
  stop: () => Promise<void>
  /** Starts over with an initial secret and a service that was deployed after it. */
  reset: (id: string, value: unknown) => void
  /** Stages a version as Secrets Manager does before it calls the function. */
  begin: (version: string) => void
  current: <Value>() => Value
  valueOf: (version: string) => unknown
  deployments: () => number
  finishDeployment: () => void
  failDeployments: (fail: boolean) => void
  removeService: () => void
}

type Version = { stages: string[]; text?: string; createdAt: number }
type Deployment = { createdAt: number; rolloutState: 'IN_PROGRESS' | 'COMPLETED' }

type Input = {
  SecretId?: string
  VersionId?: string
  VersionStage?: string
  ClientRequestToken?: string
  SecretString?: string
  MoveToVersionId?: string
  RemoveFromVersionId?: string
}

class Refusal extends Error {}

export async function startFakeAws(): Promise<FakeAws> {
  let secret = { id: '', versions: new Map<string, Version>() }
  let service: Deployment[] | undefined
  let deployed = 0
  let isFailing = false
  let now = 1_700_000_000

  const withStage = (stage: string) => [...secret.versions].find(([, { stages }]) => stages.includes(stage))
  const getSecretValue = ({ SecretId, VersionId, VersionStage = 'AWSCURRENT' }: Input) => {
    const [id, version] = VersionId
      ? [VersionId, secret.versions.get(VersionId)]
      : (withStage(VersionStage) ?? [])
    if (
      SecretId !== secret.id ||
      id === undefined ||
      version?.text === undefined ||
      !version.stages.includes(VersionStage)
    )
      throw new Refusal('ResourceNotFoundException')
    return { SecretString: version.text, CreatedDate: version.createdAt, VersionId: id }
  }

  const actions: Record<string, (input: Input) => unknown> = {
    DescribeSecret: () => ({
      VersionIdsToStages: Object.fromEntries([...secret.versions].map(([id, { stages }]) => [id, stages])),
    }),
    GetSecretValue: getSecretValue,
    PutSecretValue: ({ ClientRequestToken = '', SecretString = '' }) => {
      secret.versions.set(ClientRequestToken, {
        stages: ['AWSPENDING'],
        text: SecretString,
        createdAt: (now += 10),
      })
      return {}
    },
    UpdateSecretVersionStage: ({ MoveToVersionId = '', RemoveFromVersionId = '' }) => {
      const [from, to] = [secret.versions.get(RemoveFromVersionId), secret.versions.get(MoveToVersionId)]
      if (!from?.stages.includes('AWSCURRENT') || !to) throw new Refusal('InvalidParameterException')
      from.stages = ['AWSPREVIOUS']
      to.stages = ['AWSCURRENT']
      return {}
    },
    DescribeServices: () => ({ services: service ? [{ status: 'ACTIVE', deployments: service }] : [] }),
    UpdateService: () => {
      if (isFailing) throw new Refusal('ServerException')
      service = [{ createdAt: (now += 10), rolloutState: 'IN_PROGRESS' }, ...(service ?? [])]
      deployed += 1
      return { service: {} }
    },
  }

  const answer = async (request: IncomingMessage) => {
    const target = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    const action = actions[target]
    if (action === undefined) throw new Refusal(`UnknownOperationException`)
    return action((await json(request)) as Input)
  }

  const server = createServer((request, response) => {
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    answer(request).then(
      (body) => send(200, body),
      (error: unknown) => {
        const { message } = error as Error
        send(400, { __type: message, message })
      },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    reset: (id, value) => {
      const version = { stages: ['AWSCURRENT'], text: JSON.stringify(value), createdAt: (now += 10) }
      secret = { id, versions: new Map([['v0', version]]) }
      service = [{ createdAt: (now += 10), rolloutState: 'COMPLETED' }]
      deployed = 0
      isFailing = false
    },
    begin: (version) => {
      if (!secret.versions.has(version))
        secret.versions.set(version, { stages: ['AWSPENDING'], createdAt: now })
    },
    current: <Value>() => JSON.parse(withStage('AWSCURRENT')?.[1].text ?? 'null') as Value,
    valueOf: (version) => {
      const text = secret.versions.get(version)?.text
      return text === undefined ? undefined : JSON.parse(text)
    },
    deployments: () => deployed,
    finishDeployment: () => {
      const [latest] = service ?? []
      if (latest) service = [{ ...latest, rolloutState: 'COMPLETED' }]
    },
    failDeployments: (fail) => {
      isFailing = fail
    },
    removeService: () => {
      service = undefined
    },
  }
}
