// Writes schemas/*.json anew: the schemas of the types that infra/terraform uses, read from the packages
// that CDKTF generated from the providers. They are large, so they are installed for this alone:
//   npm install --prefix /tmp/cdktf @cdktf/provider-aws @cdktf/provider-random @cdktf/provider-archive
//   node tooling/infra-checks/src/terraform/extract-schema.ts /tmp/cdktf/node_modules && pnpm format
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blockOf } from './extract/block-of.ts'
import { readGeneratedCode } from './extract/generated-code.ts'
import { type Block, type ProviderSchema, SCHEMA_DIR } from './schema.ts'

const TERRAFORM = join(import.meta.dirname, '../../../../infra/terraform')

const [modules] = process.argv.slice(2)
if (modules === undefined) throw new Error('which node_modules has @cdktf/provider-*?')
const source = await allSource()
for (const name of ['archive', 'aws', 'random']) {
  const schema = await schemaOf(name, join(modules, '@cdktf', `provider-${name}`))
  await writeFile(join(SCHEMA_DIR, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`)
}

async function allSource(): Promise<string> {
  const files = (await readdir(TERRAFORM, { recursive: true })).filter((file) => file.endsWith('.tf'))
  return (await Promise.all(files.map((file) => readFile(join(TERRAFORM, file), 'utf8')))).join('\n')
}

async function schemaOf(name: string, dir: string): Promise<ProviderSchema> {
  const { cdktf } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as {
    cdktf: { provider: { name: string; version: string } }
  }
  const lib = join(dir, 'lib')
  const provider = blockOf(await readGeneratedCode(join(lib, 'provider')), name)
  const { alias: _, ...attributes } = provider.attributes
  const resources = await blocksOf(name, { kind: 'resource', dir: (type) => join(lib, type) })
  return {
    source: cdktf.provider.name.replace('registry.terraform.io/', ''),
    version: cdktf.provider.version,
    provider: { ...provider, attributes },
    resources,
    data: await blocksOf(name, { kind: 'data', dir: (type) => join(lib, `data-${name}-${type}`) }),
    ephemeral: name === 'random' ? { random_password: await ephemeralPassword(lib) } : {},
  }
}

async function blocksOf(
  prefix: string,
  { kind, dir }: { kind: string; dir: (type: string) => string },
): Promise<Record<string, Block>> {
  const used = [...source.matchAll(new RegExp(`^${kind} "(${prefix}_\\w+)"`, 'gm'))].map(
    ([, type = '']) => type,
  )
  const blocks: Record<string, Block> = {}
  for (const type of [...new Set(used)].sort()) {
    const folder = type.slice(prefix.length + 1).replaceAll('_', '-')
    blocks[type] = blockOf(await readGeneratedCode(dir(folder)), type)
  }
  return blocks
}

/** CDKTF knows nothing ephemeral. The provider's documentation has the attributes of the resource but for these. */
async function ephemeralPassword(lib: string): Promise<Block> {
  const { attributes } = blockOf(await readGeneratedCode(join(lib, 'password')), 'random_password')
  const { id: _id, keepers: _keepers, number: _number, ...rest } = attributes
  return { attributes: rest }
}
