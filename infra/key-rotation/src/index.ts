// The Lambda functions that Secrets Manager calls: see infra/terraform/modules/secrets.
import { ECSClient } from '@aws-sdk/client-ecs'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { type Databases, alternatingUsers, makeLogin, masterUser } from './database.ts'
import { readEnv } from './env.ts'
import type { Login } from './logins.ts'
import { type Keys, checkKeys, nextKeys } from './next-keys.ts'
import { type RotationEvent, rotate } from './rotate.ts'
import { secretVersions } from './secret-versions.ts'
import { ecsService } from './service.ts'

/** Terraform sends this before the first task starts, when the database has no users yet. */
type FirstLogin = { SecretId: string; Step: 'firstLogin' }

const env = readEnv()
const secrets = new SecretsManagerClient({})
const service = ecsService(new ECSClient({}), env)

const databases: Databases = {
  loginOf: async (secretId) => (await secretVersions<Login>(secrets, secretId).current()).value,
  connect: async ({ host, port, dbname, username, password }) => {
    if (!env.databaseCa) throw new Error('DATABASE_CA must be set')
    const client = new Client({
      host,
      port,
      database: dbname,
      user: username,
      password,
      ssl: { ca: env.databaseCa },
      connectionTimeoutMillis: 10_000,
      query_timeout: 20_000,
    })
    await client.connect()
    return client
  },
}

export async function jwt(event: RotationEvent): Promise<void> {
  const strategy = {
    next: (keys: Keys) => nextKeys(keys, randomBytes(48).toString('base64url')),
    set: async () => undefined,
    test: async (keys: Keys) => checkKeys(keys),
  }
  await rotate(event, { secret: secretVersions<Keys>(secrets, event.SecretId), strategy, service })
}

export async function database(event: RotationEvent | FirstLogin): Promise<void> {
  const secret = secretVersions<Login>(secrets, event.SecretId)
  const { value } = await secret.current()
  if (event.Step === 'firstLogin') return makeLogin(value, databases)
  // No task uses the master user, so no redeployment is needed.
  if (value.masterarn === undefined) return rotate(event, { secret, strategy: masterUser(databases) })
  return rotate(event, { secret, strategy: alternatingUsers(databases), service })
}
