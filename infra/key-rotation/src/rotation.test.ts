import { ECSClient } from '@aws-sdk/client-ecs'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { startTestServer, withClient } from '@todo/testing'
import { randomBytes, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildRotation } from '../build.ts'
import { type Databases, alternatingUsers, makeLogin, masterUser } from './database.ts'
import type { Login } from './logins.ts'
import { type Keys, checkKeys, nextKeys } from './next-keys.ts'
import { type Rotation, type RotationEvent, rotate } from './rotate.ts'
import { scramVerifier } from './scram.ts'
import { secretVersions } from './secret-versions.ts'
import { ecsService } from './service.ts'
import { type FakeAws, startFakeAws } from './testing/fake-aws.ts'

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const
const CLUSTER = { cluster: 'todo-test', service: 'todo-test' }

const freshKey = () => randomBytes(48).toString('base64url')
const firstKeys = (): Keys => ({
  'jwt-secret': freshKey(),
  'jwt-secret-previous': freshKey(),
  step: 'promoted',
})
const verifying = (keys: Keys) => [keys['jwt-secret'], keys['jwt-secret-previous']]

describe('the keys of access tokens', () => {
  const steps = [firstKeys()]
  for (let step = 0; step < 6; step += 1) steps.push(nextKeys(steps.at(-1)!, freshKey()))

  test('tasks of consecutive steps accept the same tokens', () => {
    const verified = steps.map((keys, index) =>
      [steps[index - 1] ?? keys, steps[index + 1] ?? keys].every((neighbour) =>
        verifying(neighbour).includes(keys['jwt-secret']),
      ),
    )
    expect(verified).toEqual(steps.map(() => true))
  })

  test('a new key signs after two steps, and the old one is gone after three', () => {
    const [first, , second, third] = steps as [Keys, Keys, Keys, Keys]
    expect(second['jwt-secret']).not.toBe(first['jwt-secret'])
    expect(verifying(second)).toContain(first['jwt-secret'])
    expect(verifying(third)).not.toContain(first['jwt-secret'])
  })

  test('rejects keys that the service would refuse', () => {
    const keys = firstKeys()
    expect(() => checkKeys(keys)).not.toThrow()
    expect(() => checkKeys({ ...keys, 'jwt-secret': 'short' })).toThrow('32 bytes')
    expect(() => checkKeys({ ...keys, 'jwt-secret': keys['jwt-secret-previous'] })).toThrow('the same')
  })
})

describe('the bundled JWT function', () => {
  const outdir = join(import.meta.dirname, '..', 'dist', `test-${process.pid}`)
  let aws: FakeAws
  let jwt: (event: RotationEvent) => Promise<void>
  let first: Keys

  beforeAll(async () => {
    aws = await startFakeAws()
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url)
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    vi.stubEnv('ECS_CLUSTER', CLUSTER.cluster)
    vi.stubEnv('ECS_SERVICE', CLUSTER.service)
    const file = await buildRotation(outdir)
    ;({ jwt } = (await import(pathToFileURL(file).href)) as { jwt: typeof jwt })
  })
  beforeEach(() => {
    first = firstKeys()
    aws.reset('keys', first)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await aws.stop()
    await rm(outdir, { recursive: true, force: true })
  })

  const run = async (version: string, steps: readonly RotationEvent['Step'][] = STEPS) => {
    aws.begin(version)
    for (const Step of steps) await jwt({ SecretId: 'keys', ClientRequestToken: version, Step })
  }

  test('announces a key, and promotes it once all tasks have it', async () => {
    await run('v1')
    const announced = aws.current<Keys>()
    expect(announced).toMatchObject({ 'jwt-secret': first['jwt-secret'], step: 'announced' })
    expect(aws.deployments()).toBe(1)

    aws.finishDeployment()
    await run('v2')
    expect(aws.current<Keys>()).toEqual({
      'jwt-secret': announced['jwt-secret-previous'],
      'jwt-secret-previous': first['jwt-secret'],
      step: 'promoted',
    })
    expect(aws.deployments()).toBe(2)
  })

  test('promotes no key that a task may not have yet', async () => {
    await run('v1')
    await expect(run('v2')).rejects.toThrow('not every task')
    expect(aws.current<Keys>().step).toBe('announced')
    expect(aws.valueOf('v2')).toBeUndefined()
  })

  test('a repeated step changes nothing', async () => {
    await run('v1', ['createSecret'])
    const made = aws.valueOf('v1')
    await run('v1', ['createSecret', 'createSecret', 'setSecret', 'testSecret', 'finishSecret'])
    expect(aws.current()).toEqual(made)
    await run('v1', ['createSecret', 'setSecret', 'testSecret'])
    expect(aws.current()).toEqual(made)
  })

  test('retries a failed redeployment', async () => {
    aws.failDeployments(true)
    await expect(run('v1')).rejects.toMatchObject({ name: 'ServerException' })
    expect(aws.deployments()).toBe(0)
    aws.failDeployments(false)
    await run('v1', ['finishSecret'])
    expect(aws.deployments()).toBe(1)
  })

  test('rejects a version that is not pending', async () => {
    const event = { SecretId: 'keys', ClientRequestToken: 'unknown', Step: 'createSecret' } as const
    await expect(jwt(event)).rejects.toThrow('is not pending')
  })

  test('rejects the set step without a pending value', async () => {
    await expect(run('v1', ['setSecret'])).rejects.toThrow('no value yet')
  })

  test('tests the current value when a rotation is set up', async () => {
    await run('v1', ['testSecret'])
    expect(aws.current()).toEqual(first)
  })

  test('redeploys nothing if the service does not exist yet', async () => {
    aws.removeService()
    await run('v1')
    expect(aws.current<Keys>().step).toBe('announced')
    expect(aws.deployments()).toBe(0)
  })
})

describe('database logins', () => {
  const unique = randomUUID().slice(0, 8)
  const names = { owner: `todo_${unique}`, master: `master_${unique}`, database: `rotation_${unique}` }
  const opened = new AsyncDisposableStack()
  let server: string
  let aws: FakeAws
  let login: Login
  let master: Login

  beforeAll(async () => {
    const postgres = await startTestServer()
    opened.defer(() => postgres.stop())
    server = postgres.url
    aws = await startFakeAws()
    opened.defer(() => aws.stop())
  })
  beforeEach(async () => {
    const { hostname, port } = new URL(server)
    const at = { engine: 'postgres' as const, host: hostname, port: Number(port), dbname: names.database }
    master = { ...at, username: names.master, password: freshKey() }
    login = { ...at, username: `${names.owner}_a`, password: freshKey(), masterarn: 'master' }
    await withClient(server, async (admin) => {
      // Like RDS's master user: it may create users and databases, but is not a superuser.
      await admin.query(
        `CREATE ROLE ${names.master} LOGIN CREATEROLE CREATEDB PASSWORD '${scramVerifier(master.password)}'`,
      )
      await admin.query(`CREATE DATABASE ${names.database} OWNER ${names.master}`)
    })
    aws.reset('login', login)
  })
  afterEach(async () => {
    await withClient(server, async (admin) => {
      await admin.query(`DROP DATABASE ${names.database} WITH (FORCE)`)
      for (const role of [`${names.owner}_a`, `${names.owner}_b`, names.owner, names.master]) {
        await admin.query(`DROP ROLE IF EXISTS ${role}`)
      }
    })
  })
  afterAll(() => opened.disposeAsync())

  const connect = async ({ host, port, dbname, username, password }: Login) => {
    const client = new Client({ host, port, database: dbname, user: username, password })
    await client.connect()
    return client
  }
  const databases: Databases = { connect, loginOf: async () => master }

  /** Compares stored passwords, because the test server may accept any. */
  const isPassword = async ({ username, password }: Login) =>
    withClient(server, async (admin) => {
      const { rows } = await admin.query<{ kept: string }>(
        'SELECT rolpassword AS kept FROM pg_authid WHERE rolname = $1',
        [username],
      )
      const kept = rows[0]?.kept ?? ''
      const salt = /:([^$]+)\$/.exec(kept)?.[1] ?? ''
      return kept === scramVerifier(password, Buffer.from(salt, 'base64'))
    })

  const rotation = (): Rotation<Login> => {
    const options = {
      endpoint: aws.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }
    return {
      secret: secretVersions<Login>(new SecretsManagerClient(options), 'login'),
      strategy: alternatingUsers(databases),
      service: ecsService(new ECSClient(options), CLUSTER),
    }
  }
  const run = async (version: string) => {
    aws.begin(version)
    for (const Step of STEPS)
      await rotate({ SecretId: 'login', ClientRequestToken: version, Step }, rotation())
    aws.finishDeployment()
    return aws.current<Login>()
  }
  const asOwner = async (as: Login, statement: string) => {
    const client = await connect(as)
    try {
      const { rows } = await client.query<{ current_user: string }>('SELECT current_user')
      expect(rows[0]?.current_user).toBe(names.owner)
      await client.query(statement)
    } finally {
      await client.end()
    }
  }

  test('the first login can create tables and extensions', async () => {
    await makeLogin(login, databases)
    await makeLogin(login, databases)
    expect(await isPassword(login)).toBe(true)
    await asOwner(login, 'CREATE EXTENSION btree_gin')
  })

  test('two users alternate, and both own every table', async () => {
    await makeLogin(login, databases)
    await asOwner(login, 'CREATE TABLE made_by_a (id int)')

    const second = await run('v1')
    expect(second).toMatchObject({ username: `${names.owner}_b`, host: login.host, masterarn: 'master' })
    expect([await isPassword(second), await isPassword(login)]).toEqual([true, true])
    await asOwner(second, 'ALTER TABLE made_by_a ADD COLUMN note text')
    await asOwner(second, 'CREATE TABLE made_by_b (id int)')
    await asOwner(login, 'ALTER TABLE made_by_b ADD COLUMN note text')

    const third = await run('v2')
    expect(third.username).toBe(login.username)
    expect([await isPassword(third), await isPassword(second), await isPassword(login)]).toEqual([
      true,
      true,
      false,
    ])
    await asOwner(third, 'DROP TABLE made_by_a, made_by_b')
  })

  test('a login that does not work fails its test', async () => {
    await makeLogin(login, databases)
    const { strategy } = rotation()
    const elsewhere = { ...login, dbname: 'not_there' }
    await expect(strategy.test(elsewhere)).rejects.toThrow('not_there')
  })

  test('rejects a user name without _a or _b', () => {
    expect(() => alternatingUsers(databases).next({ ...login, username: 'todo' })).toThrow('_a or _b')
  })

  test('the master user changes its own password, also on a retry', async () => {
    const strategy = masterUser(databases)
    const next = strategy.next(master)
    await strategy.set(next, master)
    expect(await isPassword(next)).toBe(true)
    await strategy.set(next, master)
    await strategy.test(next)
    expect(next).toMatchObject({ username: master.username, host: master.host })
  })
})
