import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'

/** The versions of one secret with JSON values. */
export type SecretVersions<Value> = {
  /** Empty if the version does not exist. */
  stagesOf: (version: string) => Promise<string[]>
  current: () => Promise<{ value: Value; createdAt: Date }>
  /** Undefined until `put` was called. */
  pending: (version: string) => Promise<Value | undefined>
  put: (version: string, value: Value) => Promise<void>
  /** Makes this version the current one. */
  promote: (version: string) => Promise<void>
}

export function secretVersions<Value>(client: SecretsManagerClient, id: string): SecretVersions<Value> {
  const stages = async () =>
    (await client.send(new DescribeSecretCommand({ SecretId: id }))).VersionIdsToStages ?? {}

  return {
    stagesOf: async (version) => (await stages())[version] ?? [],
    current: async () => {
      const { SecretString, CreatedDate } = await client.send(new GetSecretValueCommand({ SecretId: id }))
      if (CreatedDate === undefined) throw new Error('the current version has no date')
      return { value: parse<Value>(SecretString), createdAt: CreatedDate }
    },
    pending: async (version) => {
      try {
        const { SecretString } = await client.send(
          new GetSecretValueCommand({ SecretId: id, VersionId: version, VersionStage: 'AWSPENDING' }),
        )
        return parse<Value>(SecretString)
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined
        throw error
      }
    },
    put: async (version, value) => {
      const SecretString = JSON.stringify(value)
      await client.send(
        new PutSecretValueCommand({
          SecretId: id,
          ClientRequestToken: version,
          SecretString,
          VersionStages: ['AWSPENDING'],
        }),
      )
    },
    promote: async (version) => {
      const from = Object.entries(await stages()).find(([, names]) => names.includes('AWSCURRENT'))?.[0]
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: id,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          RemoveFromVersionId: from,
        }),
      )
    },
  }
}

function parse<Value>(json: string | undefined): Value {
  if (json === undefined) throw new Error('the secret has no text')
  return JSON.parse(json) as Value
}
