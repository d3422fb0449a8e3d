import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const INFRA = join(import.meta.dirname, '../../../../infra')

type Program = { command: string; args: string[]; dir: string; env?: Record<string, string> }

/** Starts a program that logs to `<dir>/<command>.log`. `opened` stops it. */
export function start({ command, args, dir, env = {} }: Program, opened: AsyncDisposableStack): ChildProcess {
  const log = createWriteStream(join(dir, `${command}.log`))
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  opened.defer(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
  })
  return child
}

/** Starts Caddy with the Caddyfile of production in front of these instances. @returns its authority's certificate */
export async function startLoadBalancer(
  { dir, port, httpPort, upstreams }: { dir: string; port: number; httpPort: number; upstreams: string[] },
  opened: AsyncDisposableStack,
): Promise<Buffer> {
  const args = ['run', '--adapter', 'caddyfile', '--config', join(INFRA, 'compose/caddy/Caddyfile')]
  const env = {
    TODO_DOMAIN: `localhost:${port}`,
    TODO_HTTP_PORT: String(httpPort),
    TODO_UPSTREAMS: upstreams.join(' '),
    XDG_DATA_HOME: dir,
    XDG_CONFIG_HOME: dir,
  }
  start({ command: 'caddy', args, dir, env }, opened)
  return eventually('Caddy creates a certificate', () =>
    readFile(join(dir, 'caddy/pki/authorities/local/root.crt')),
  )
}

/** Starts Prometheus with the configuration of production for these instances. @returns its URL */
export async function startPrometheus(
  { dir, port, instances }: { dir: string; port: number; instances: string[] },
  opened: AsyncDisposableStack,
): Promise<string> {
  const source = join(INFRA, 'monitoring/prometheus')
  let config = await readFile(join(source, 'production.yml'), 'utf8')
  for (const [index, address] of instances.entries()) {
    if (!config.includes(`app-${index + 1}:8000`))
      throw new Error(`production.yml does not scrape app-${index + 1}:8000`)
    config = config.replaceAll(`app-${index + 1}:8000`, address)
  }
  const file = join(dir, 'prometheus.yml')
  await writeFile(file, config.replaceAll(/\brules\/(?=\*)/g, `${source}/rules/`))
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(dir, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  start({ command: 'prometheus', args, dir }, opened)
  const url = `http://127.0.0.1:${port}`
  await eventually('Prometheus is ready', async () => {
    const response = await fetch(`${url}/-/ready`)
    if (!response.ok) throw new Error(`it answers ${response.status}`)
  })
  return url
}

/** Starts rsyslog, which receives lines over TCP. @returns the file that it writes */
export async function startCollector(
  { dir, port }: { dir: string; port: number },
  opened: AsyncDisposableStack,
): Promise<string> {
  const file = join(dir, 'collected.log')
  const config = join(dir, 'rsyslog.conf')
  await writeFile(
    config,
    [
      'global(maxMessageSize="64k" workDirectory="' + dir + '")',
      'module(load="imtcp")',
      'template(name="line" type="string" string="%programname% %msg:::sp-if-no-1st-sp%%msg%\\n")',
      `input(type="imtcp" port="${port}" address="127.0.0.1")`,
      `action(type="omfile" file="${file}" template="line" flushOnTXEnd="on")`,
      '',
    ].join('\n'),
  )
  start({ command: 'rsyslogd', args: ['-n', '-f', config, '-i', join(dir, 'rsyslog.pid')], dir }, opened)
  return file
}

/** Forwards the output of an instance to the collector, like a container's log driver. */
export function forward(instance: ChildProcess, { name, port }: { name: string; port: number }): void {
  const to = [
    '--tcp',
    '--server=127.0.0.1',
    `--port=${port}`,
    `--tag=${name}`,
    '--size=64KiB',
    '--octet-count',
  ]
  const logger = spawn('logger', to, { stdio: ['pipe', 'ignore', 'inherit'] })
  // The logger may exit before the instance writes its last line.
  logger.stdin.on('error', () => undefined)
  instance.stdout?.pipe(logger.stdin)
}

/** Retries for a minute. @throws Error with the last failure */
export async function eventually<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() - from > 60_000)
        throw new Error(`${what}: timed out after a minute`, { cause: error })
      await sleep(200)
    }
  }
}
