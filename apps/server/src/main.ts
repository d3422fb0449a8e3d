// Each command loads only its own modules: health checks are frequent and must start quickly.
const COMMANDS = new Map([
  ['serve', () => import('./commands/serve.ts')],
  ['migrate', () => import('./commands/migrate.ts')],
  ['healthcheck', () => import('./commands/healthcheck/main.ts')],
])

const [name = 'serve', ...more] = process.argv.slice(2)
const load = more.length === 0 ? COMMANDS.get(name) : undefined
if (!load) {
  process.stderr.write(`usage: node ${process.argv[1]} [${[...COMMANDS.keys()].join('|')}]\n`)
  process.exit(2)
}
try {
  const { main } = await load()
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
