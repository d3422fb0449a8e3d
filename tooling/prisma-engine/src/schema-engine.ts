#!/usr/bin/env node
// A drop-in for Prisma's native schema engine: JSON-RPC 2.0 on standard input and output, over the WASM engine.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import {
  adapterFactory,
  createDatabase,
  disposeAll,
  dropDatabase,
  offlineFactory,
  poolConfig,
  withClient,
} from './connection.ts'
import { DEBUG } from './env.ts'
import { toUserError } from './errors.ts'
import { createEngine, engineVersion, lastPanic } from './wasm.ts'

type Request = { id: number; method: string; params?: Params }
type Params = Record<string, unknown> & { datasource?: { url?: string } }
type Datasource = { url: string; shadowDatabaseUrl?: string }

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true, short: 'd' },
    datasource: { type: 'string' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
    version: { type: 'boolean', short: 'V' },
  },
})
const datasource = JSON.parse(String(options.datasource ?? '{"url":""}')) as Datasource
const datamodels = options.datamodels as string[] | undefined

function log(level: 'INFO' | 'ERROR', message: string, more: object = {}): void {
  const line = {
    timestamp: new Date().toISOString(),
    level,
    fields: { message, ...more },
    target: 'schema_engine::logger',
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

const canConnect = (url: string) => withClient(poolConfig(url), (client) => client.query('SELECT 1'))

async function runCommand(command: string | undefined): Promise<void> {
  const { url } = datasource
  if (command === 'can-connect-to-database') await canConnect(url)
  else if (command === 'create-database') log('INFO', `Successfully created ${await createDatabase(url)}`)
  else if (command === 'drop-database') await dropDatabase(url)
  else throw new Error(`unknown command ${command}`)
}

let offline = false
let starting: ReturnType<typeof createEngine> | undefined

async function call(method: string, params: unknown): Promise<unknown> {
  const { engine } = await (starting ??= createEngine(
    datamodels,
    offline ? offlineFactory : adapterFactory(datasource),
  ))
  const run = (name: string, input: unknown) => {
    const operation = engine[name]
    if (!operation) throw new Error(`the schema engine has no method ${name}`)
    return operation.call(engine, input)
  }
  try {
    return await run(method, params)
  } catch (error) {
    // The method needs the engine's cache of the schema after all migrations, which devDiagnostic fills.
    const message = error instanceof Error ? error.message : ''
    if (!message.includes('must be provided through an external factory')) throw error
    const { migrationsList, filters } = params as Record<string, unknown>
    await run('devDiagnostic', { migrationsList, filters })
    return run(method, params)
  }
}

const methods: Record<string, (params: Params) => Promise<unknown>> = {
  createDatabase: async ({ datasource: given }) => ({
    databaseName: await createDatabase(given?.url ?? datasource.url),
  }),
  getDatabaseVersion: (params) => call('version', params),
  ensureConnectionValidity: async ({ datasource: given }) => {
    await canConnect(given?.url ?? datasource.url)
    return {}
  },
  async diff(params) {
    const sides = [params['from'], params['to']] as { tag: string }[]
    offline = sides.every(({ tag }) => tag === 'empty' || tag === 'schemaDatamodel')
    const result = (await call('diff', params)) as { stdout?: string | null }
    if (result.stdout) await print(result.stdout)
    return { ...result, stdout: null }
  },
}

const printed = new Map<number, () => void>()
let lastPrint = 0

/** Asks the CLI to print `content`, and waits until it has. */
function print(content: string): Promise<void> {
  lastPrint += 1
  const id = lastPrint
  send({ id, method: 'print', params: { content } })
  return new Promise((resolve) => printed.set(id, resolve))
}

const inFlight = new Set<number>()

async function answer({ id, method, params = {} }: Request): Promise<void> {
  inFlight.add(id)
  try {
    const result = await (methods[method]?.(params) ?? call(method, params))
    send({ id, result: result ?? {} })
  } catch (error) {
    if (DEBUG) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    send({ id, error: await toRpcError(error) })
  } finally {
    inFlight.delete(id)
  }
}

async function toRpcError(error: unknown) {
  const message = 'An error happened. Check the data field for details.'
  if (error instanceof WebAssembly.RuntimeError) {
    const text = lastPanic() || error.message
    return { code: 4466, message, data: { is_panic: true, error: { message: text }, message: error.stack } }
  }
  const { code, message: text } = toUserError(await original(error), datasource.url)
  const meta = error instanceof Error && 'meta' in error ? error.meta : null
  return { code: 4466, message, data: { is_panic: false, message: text, meta, error_code: code ?? null } }
}

/** Errors of the adapter stay outside of WASM; the engine's error only has their number. */
async function original(error: unknown): Promise<unknown> {
  const number = error instanceof Error ? /^External error id#(\d+)/.exec(error.message)?.[1] : undefined
  if (number === undefined) return error
  const { errors } = (await starting) ?? {}
  return errors?.consumeError(Number(number))?.error ?? error
}

// If the engine crashes, the Prisma CLI exits with 0 and no message, so every pending request is answered with an error. A
// panic of the WASM engine does not reject its promise, but becomes an uncaught exception.
process.on('uncaughtException', (error) => {
  const message = `the schema engine crashed: ${lastPanic() || error.stack}`
  log('ERROR', message, { is_panic: false })
  const fail = (id: number) =>
    send({ id, error: { code: 4466, message, data: { is_panic: false, message } } })
  for (const id of inFlight) fail(id)
  void disposeAll().finally(() => process.exit(1))
})
// The CLI closes the input and sends SIGTERM at once. Ignore it, so that shadow databases are dropped first.
process.on('SIGTERM', () => undefined)

function serve(): void {
  let queue = Promise.resolve()
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })
  lines.on('line', (line) => {
    if (!line.trim()) return
    const message = JSON.parse(line) as Request & { result?: unknown }
    if (message.method) {
      queue = queue.then(() => answer(message))
      return
    }
    printed.get(message.id)?.()
    printed.delete(message.id)
  })
  lines.on('close', () => {
    void queue.then(disposeAll).finally(() => process.exit(0))
  })
}

if (options.version) {
  process.stdout.write(`schema-engine-cli ${engineVersion()}\n`)
} else if (positionals[0] === 'cli') {
  try {
    await runCommand(positionals[1])
    process.exit(0)
  } catch (error) {
    const { code, message } = toUserError(error, datasource.url)
    process.stderr.write('\n')
    log('ERROR', message, { error_code: code ?? 'P1000', is_panic: false })
    process.exit(1)
  }
} else {
  serve()
}
