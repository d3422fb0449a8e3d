import { type ServiceDefinition, Server, ServerCredentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Block, type ProviderSchema, has, readSchemas } from './schema.ts'
import { type Encoded, applied, decoded, encoded, planned, read, replanned } from './values.ts'

const NESTING = { single: 1, list: 2, set: 3 }

/**
 * Providers that Terraform takes for the real ones: their schemas are, what they make is not. They run in this process;
 * Terraform finds them by the variable that `env` holds.
 */
export async function simulateProviders(): Promise<AsyncDisposable & { env: Record<string, string> }> {
  await using opened = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'terraform-providers-'))
  opened.defer(() => rm(dir, { recursive: true, force: true }))
  const addresses: Record<string, unknown> = {}
  for (const schema of await readSchemas()) {
    const socket = join(dir, schema.source.replace('/', '-'))
    const server = await serve(schema, `unix:${socket}`)
    opened.defer(() => server.forceShutdown())
    addresses[`registry.terraform.io/${schema.source}`] = {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'unix', String: socket },
    }
  }
  const resources = opened.move()
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify(addresses) },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

async function serve(schema: ProviderSchema, address: string): Promise<Server> {
  const server = new Server({ 'grpc.max_send_message_length': 64 << 20 })
  const methods = Object.entries(answers(schema)).map(([name, answer]) => [name, unary(answer)])
  server.addService(providerService(), Object.fromEntries(methods))
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    )
  })
  return server
}

function providerService(): ServiceDefinition {
  const loaded = loadPackageDefinition(
    loadSync(join(import.meta.dirname, 'plugin5.proto'), { keepCase: true, longs: Number, defaults: true }),
  )
  return (loaded as unknown as { tfplugin5: { Provider: { service: ServiceDefinition } } }).tfplugin5.Provider
    .service
}

/** What of any request is used. */
type Request = {
  type_name: string
  config?: Encoded
  prior_state?: Encoded
  proposed_new_state?: Encoded
  planned_state?: Encoded
  current_state?: Encoded
  raw_state?: { json: Uint8Array }
}

type Answer = (request: Request) => unknown

const unary =
  (answer: Answer) =>
  ({ request }: { request: Request }, callback: (error: Error | null, response?: unknown) => void) => {
    try {
      callback(null, answer(request))
    } catch (error) {
      callback(error as Error)
    }
  }

function answers({ provider, resources, data, ephemeral }: ProviderSchema): Record<string, Answer> {
  let made = 0
  // The provider's own rules for values are not in its schema.
  const accept: Answer = () => ({})
  return {
    GetSchema: () => ({
      provider: { version: 0, block: wired(provider) },
      resource_schemas: allWired(resources),
      data_source_schemas: allWired(data),
      ephemeral_resource_schemas: allWired(ephemeral),
    }),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: accept,
    ValidateDataSourceConfig: accept,
    ValidateEphemeralResourceConfig: accept,
    Configure: accept,
    Stop: accept,
    UpgradeResourceState: ({ raw_state }) => ({ upgraded_state: { json: raw_state?.json } }),
    ReadResource: ({ current_state }) => ({ new_state: current_state }),
    PlanResourceChange: ({ type_name, prior_state, proposed_new_state }) => {
      const block = blockOf(resources, type_name)
      const proposed = decoded(proposed_new_state)
      const isNew = decoded(prior_state) === null
      const plan = proposed && (isNew ? planned(block, proposed) : replanned(block, proposed))
      return { planned_state: encoded(plan), legacy_type_system: true }
    },
    ApplyResourceChange: ({ type_name, planned_state }) => {
      const plan = decoded(planned_state)
      const state = plan && applied(blockOf(resources, type_name), plan, `${type_name} ${(made += 1)}`)
      return { new_state: encoded(state), legacy_type_system: true }
    },
    ReadDataSource: ({ type_name, config }) => ({
      state: encoded(read(blockOf(data, type_name), decoded(config) ?? {}, type_name)),
    }),
    OpenEphemeralResource: ({ type_name, config }) => ({
      result: encoded(read(blockOf(ephemeral, type_name), decoded(config) ?? {}, type_name)),
    }),
    CloseEphemeralResource: accept,
  }
}

function blockOf(blocks: Record<string, Block>, type: string): Block {
  const block = blocks[type]
  if (block === undefined) throw new Error(`the schema has no ${type}`)
  return block
}

const allWired = (blocks: Record<string, Block>) =>
  Object.fromEntries(
    Object.entries(blocks).map(([type, block]) => [type, { version: 0, block: wired(block) }]),
  )

/** A block as the protocol has it. */
function wired({ attributes, blocks = {} }: Block): unknown {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(attribute[1])),
      required: has(attribute, 'required'),
      optional: has(attribute, 'optional'),
      computed: has(attribute, 'computed'),
      sensitive: has(attribute, 'sensitive'),
      write_only: has(attribute, 'write-only'),
    })),
    block_types: Object.entries(blocks).map(([name, nested]) => ({
      type_name: name,
      block: wired(nested),
      nesting: NESTING[nested.nesting],
      min_items: nested.items[0],
      max_items: nested.items[1],
    })),
  }
}
