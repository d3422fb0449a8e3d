import { type ServiceDefinition, Server, ServerCredentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Block, type ProviderSchema, type Types, readSchemas } from './schema.ts'
import { type Encoded, applied, decoded, encoded, planned, read, replanned } from './values.ts'

const NESTING = { single: 1, list: 2, set: 3 }

/**
 * Simulated providers with the schemas of the real ones. They run in this process; Terraform finds them through the
 * variable in `env`.
 */
export async function simulateProviders(): Promise<AsyncDisposable & { env: Record<string, string> }> {
  await using opened = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'terraform-providers-'))
  opened.defer(() => rm(dir, { recursive: true, force: true }))
  const addresses: Record<string, unknown> = {}
  for (const [address, schema] of Object.entries(readSchemas().provider_schemas)) {
    const socket = join(dir, basename(address))
    const server = await serve(schema, `unix:${socket}`)
    opened.defer(() => server.forceShutdown())
    addresses[address] = {
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

/** The members of requests that are used. */
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

function answers(schema: ProviderSchema): Record<string, Answer> {
  const { resource_schemas = {}, data_source_schemas = {}, ephemeral_resource_schemas = {} } = schema
  let made = 0
  // A schema does not hold the provider's rules for values.
  const accept: Answer = () => ({})
  return {
    GetSchema: () => ({
      provider: { version: 0, block: toWire(schema.provider.block) },
      resource_schemas: allToWire(resource_schemas),
      data_source_schemas: allToWire(data_source_schemas),
      ephemeral_resource_schemas: allToWire(ephemeral_resource_schemas),
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
      const block = blockOf(resource_schemas, type_name)
      const proposed = decoded(proposed_new_state)
      const isNew = decoded(prior_state) === null
      const plan = proposed && (isNew ? planned(block, proposed) : replanned(block, proposed))
      return { planned_state: encoded(plan), legacy_type_system: true }
    },
    ApplyResourceChange: ({ type_name, planned_state }) => {
      const plan = decoded(planned_state)
      const state = plan && applied(blockOf(resource_schemas, type_name), plan, `${type_name} ${(made += 1)}`)
      return { new_state: encoded(state), legacy_type_system: true }
    },
    ReadDataSource: ({ type_name, config }) => ({
      state: encoded(read(blockOf(data_source_schemas, type_name), decoded(config) ?? {}, type_name)),
    }),
    OpenEphemeralResource: ({ type_name, config }) => ({
      result: encoded(read(blockOf(ephemeral_resource_schemas, type_name), decoded(config) ?? {}, type_name)),
    }),
    CloseEphemeralResource: accept,
  }
}

function blockOf(types: Types, type: string): Block {
  const schema = types[type]
  if (schema === undefined) throw new Error(`provider-schemas.json has no ${type}`)
  return schema.block
}

const allToWire = (types: Types) =>
  Object.fromEntries(
    Object.entries(types).map(([type, { block }]) => [type, { version: 0, block: toWire(block) }]),
  )

/** A block as the plugin protocol sends it. */
function toWire({ attributes = {}, block_types = {} }: Block): unknown {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => ({
      ...attribute,
      name,
      type: Buffer.from(JSON.stringify(attribute.type)),
    })),
    block_types: Object.entries(block_types).map(([type_name, { block, nesting_mode, ...items }]) => ({
      ...items,
      type_name,
      block: toWire(block),
      nesting: NESTING[nesting_mode],
    })),
  }
}
