import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, knownVariables } from '../src/files.ts'
import { simulateProviders } from '../src/terraform/provider.ts'
import { KINDS, readSchemas, usedTypes } from '../src/terraform/schema.ts'
import { standIn } from '../src/terraform/stand-in.ts'
import { terraform } from '../src/terraform/terraform.ts'
import { hasTool } from '../src/tools.ts'

const SOURCE = join(ROOT, 'infra/terraform')
const MODULES = ['network', 'database', 'secrets', 'service', 'observability']
const ENVIRONMENTS = ['staging', 'production']
const VALUES = {
  image: 'ghcr.io/todo-app/todo-app:v0.1.0',
  domain: { name: 'todo.example.com', zone_id: 'Z0123456789' },
  alarm_emails: ['on-call@example.com'],
}

test('provider-schemas.json has every type in use, and no other', () => {
  const schemas = Object.values(readSchemas().provider_schemas)
  for (const [kind, member] of Object.entries(KINDS)) {
    const kept = schemas.flatMap((schema) => Object.keys(schema[member] ?? {})).sort()
    expect(kept).toEqual(usedTypes(kind as keyof typeof KINDS))
  }
})

describe.skipIf(!hasTool('terraform'))('Terraform, with simulated providers', () => {
  const opened = new AsyncDisposableStack()
  let env: Record<string, string>
  let copy: string

  beforeAll(async () => {
    const providers = opened.use(await simulateProviders())
    env = providers.env
    copy = await copied()
    for (const name of ENVIRONMENTS) await makeLocal(join(copy, 'environments', name))
  })
  afterAll(() => opened.disposeAsync())

  const copied = async (of = SOURCE) => {
    const dir = await mkdtemp(join(tmpdir(), 'todo-terraform-'))
    opened.defer(() => rm(dir, { recursive: true, force: true }))
    await cp(of, dir, { recursive: true, filter: (path) => basename(path) !== '.terraform' })
    return dir
  }
  const must = async (dir: string, ...args: string[]) => {
    const { code, stdout, stderr } = await terraform(dir, args, env)
    expect(code, stdout + stderr).toBe(0)
    return stdout
  }

  test('every file is formatted', async () => {
    const { code, stdout } = await terraform(SOURCE, ['fmt', '-check', '-recursive'])
    expect([code, stdout]).toEqual([0, ''])
  })

  test.each(MODULES)('the tests of the module %s pass', async (name) => {
    const dir = join(copy, 'modules', name)
    await must(dir, 'init', '-no-color')
    expect(await must(dir, 'test', '-no-color')).toMatch(/Success! \d+ passed, 0 failed\./)
  })

  describe.each(ENVIRONMENTS)('the environment %s', (name) => {
    const dirOf = () => join(copy, 'environments', name)
    let resources: Resource[]

    test('is valid and passes its tests', async () => {
      await must(dirOf(), 'init', '-no-color')
      await must(dirOf(), 'validate', '-no-color')
      expect(await must(dirOf(), 'test', '-no-color')).toMatch(/Success! \d+ passed, 0 failed\./)
    })

    test('can be applied, and a second plan changes nothing', async () => {
      await must(dirOf(), 'apply', '-auto-approve', '-no-color')
      const { code, stdout } = await terraform(dirOf(), ['plan', '-detailed-exitcode', '-no-color'], env)
      expect(code, stdout).toBe(0)
      resources = await stateOf(dirOf())
    })

    test('the state contains no password', () => {
      const text = JSON.stringify(resources)
      const password = standIn('result', { type: 'string', computed: true }, 'random_password')
      expect(text.includes(String(password))).toBe(false)
      expect(text.includes('"secret_string":"')).toBe(false)
    })

    test('tasks get only variables that the service reads', async () => {
      const known = knownVariables()
      // The first is for the container `certificates`; `pg` reads the other two.
      const others = ['DATABASE_CA', 'PGUSER', 'PGPASSWORD']
      const [task] = valuesOf(resources, 'aws_ecs_task_definition')
      const containers = JSON.parse(String(task?.['container_definitions'])) as Container[]
      const named = containers.flatMap(({ environment = [], secrets = [] }) => [...environment, ...secrets])
      expect(named.map((one) => one.name).filter((one) => !known.has(one) && !others.includes(one))).toEqual(
        [],
      )
      expect(containers.map((one) => one.name)).toEqual(['certificates', 'migrate', 'app'])
    })

    test('references between modules are correct', () => {
      const [service] = valuesOf(resources, 'aws_ecs_service')
      const [cluster] = valuesOf(resources, 'aws_ecs_cluster')
      const groups = valuesOf(resources, 'aws_cloudwatch_log_group').map((group) => group['name'])
      const functions = valuesOf(resources, 'aws_lambda_function') as unknown as LambdaFunction[]
      expect(functions).toHaveLength(2)
      for (const { environment, logging_config } of functions) {
        expect(environment[0]?.variables).toMatchObject({
          ECS_CLUSTER: cluster?.['name'],
          ECS_SERVICE: service?.['name'],
        })
        expect(groups).toContain(logging_config[0]?.log_group)
      }
    })

    test('the path of the rotation bundle is where its build writes it', () => {
      const [archive] = valuesOf(resources, 'archive_file')
      // Relative to the copy of infra/terraform
      const file = resolve(dirOf(), String(archive?.['source_file']))
      expect(file).toBe(resolve(copy, '..', 'key-rotation', 'dist', 'index.mjs'))
    })
  })

  type Broken = { what: string; file: string; from: string | RegExp; to: string; says: RegExp }

  test.each<Broken>([
    {
      what: 'an unknown argument',
      file: 'network/main.tf',
      from: 'enable_dns_support ',
      to: 'enable_dns_suport ',
      says: /"enable_dns_suport" is not expected/,
    },
    {
      what: 'a missing argument',
      file: 'database/main.tf',
      from: '  instance_class = var.instance_class\n',
      to: '',
      says: /"instance_class" is required/,
    },
    {
      what: 'a wrong type',
      file: 'database/main.tf',
      from: '= var.multi_az',
      to: '= "often"',
      says: /a bool is required/,
    },
    {
      what: 'an unknown attribute',
      file: 'database/outputs.tf',
      from: 'primary.address',
      to: 'primary.adress',
      says: /exported attribute named\s+"adress"/,
    },
    {
      what: 'an unknown resource',
      file: 'network/main.tf',
      from: 'aws_internet_gateway.this.id',
      to: 'aws_internet_gateway.that.id',
      says: /"aws_internet_gateway" "that" has not been declared/,
    },
    {
      what: 'an unknown block',
      file: 'service/main.tf',
      from: 'deployment_circuit_breaker {',
      to: 'deployment_breaker {',
      says: /"deployment_breaker" are not expected/,
    },
    {
      what: 'a duplicate block',
      file: 'service/main.tf',
      from: 'network_configuration {',
      to: 'network_configuration {\n  subnets = []\n}\nnetwork_configuration {',
      says: /Too many network_configuration blocks/,
    },
    {
      what: 'a missing block',
      file: 'service/load-balancer.tf',
      from: /  action \{[^}]*\}\s+\}\n/,
      to: '',
      says: /Insufficient action blocks/,
    },
  ])('validate finds $what', async ({ file, from, to, says }) => {
    const dir = await broken({ file, from, to })
    await must(dir, 'init', '-no-color')
    const { code, stderr } = await terraform(dir, ['validate', '-no-color'], env)
    expect(code).toBe(1)
    expect(stderr.replaceAll('│', '')).toMatch(says)
  })

  test.each<Broken>([
    {
      what: 'a database in one zone',
      file: 'database/main.tf',
      from: '= var.multi_az',
      to: '= false',
      says: /standby in another zone/,
    },
    {
      what: 'a public database',
      file: 'database/main.tf',
      from: 'publicly_accessible    = false',
      to: 'publicly_accessible    = true',
      says: /No server is public/,
    },
    {
      what: 'a writable root file system',
      file: 'service/task.tf',
      from: 'readonlyRootFilesystem = true',
      to: 'readonlyRootFilesystem = false',
      says: /Read-only/,
    },
    {
      what: 'a deployment without a rollback',
      file: 'service/main.tf',
      from: 'rollback = true',
      to: 'rollback = false',
      says: /rolled back/,
    },
    {
      what: 'a service that starts before its migration',
      file: 'service/task.tf',
      from: 'containerName = "migrate", condition = "SUCCESS"',
      to: 'containerName = "migrate", condition = "START"',
      says: /when the database is migrated/,
    },
    {
      what: 'a secret in the state',
      file: 'secrets/main.tf',
      from: 'secret_string_wo = jsonencode({\n    jwt',
      to: 'secret_string = jsonencode({\n    jwt',
      says: /[Ee]phemeral/,
    },
    {
      what: 'public access to the tasks',
      file: 'network/security-groups.tf',
      from: 'toset(["80", "443"])',
      to: 'toset(["80", "443", "8000"])',
      says: /Only the load balancer is public/,
    },
  ])('the tests of a module find $what', async ({ file, from, to, says }) => {
    const dir = await broken({ file, from, to })
    await must(dir, 'init', '-no-color')
    const { code, stdout, stderr } = await terraform(dir, ['test', '-no-color'], env)
    expect(code).toBe(1)
    expect(stdout + stderr).toMatch(says)
  })

  test('an unformatted file is found', async () => {
    const dir = await broken({ file: 'network/outputs.tf', from: 'output', to: '  output' })
    const { code, stdout } = await terraform(dir, ['fmt', '-check'])
    expect([code, stdout.trim()]).toEqual([3, 'outputs.tf'])
  })

  /** A copy of a module with one change. */
  async function broken({ file, from, to }: Pick<Broken, 'file' | 'from' | 'to'>): Promise<string> {
    const [name = '', path = ''] = file.split('/')
    const dir = await copied(join(SOURCE, 'modules', name))
    const text = await readFile(join(dir, path), 'utf8')
    const changed = text.replace(from, to)
    expect(changed).not.toBe(text)
    await writeFile(join(dir, path), changed)
    return dir
  }
})

/** Keeps the state in a local file and sets the variables. */
async function makeLocal(dir: string): Promise<void> {
  await writeFile(join(dir, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n')
  await writeFile(join(dir, 'terraform.tfvars.json'), JSON.stringify(VALUES))
}

type Resource = { type: string; instances: { attributes: Record<string, unknown> }[] }
type Container = { name: string; environment?: { name: string }[]; secrets?: { name: string }[] }
type LambdaFunction = {
  environment: { variables: Record<string, string> }[]
  logging_config: { log_group: string }[]
}

async function stateOf(dir: string): Promise<Resource[]> {
  const { resources } = JSON.parse(await readFile(join(dir, 'terraform.tfstate'), 'utf8')) as {
    resources: Resource[]
  }
  return resources
}

const valuesOf = (resources: Resource[], type: string) =>
  resources
    .filter((resource) => resource.type === type)
    .flatMap(({ instances }) => instances.map(({ attributes }) => attributes))
