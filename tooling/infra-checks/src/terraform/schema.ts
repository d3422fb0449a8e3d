import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A type as Terraform writes it: "string", ["list", "string"], ["object", { "name": "string" }]. */
export type Type =
  | string
  | readonly ['list' | 'set' | 'map', Type]
  | readonly ['object', Record<string, Type>]

export type Flag = 'required' | 'optional' | 'computed' | 'sensitive' | 'write-only'

/** Flags with spaces between, and the type. */
export type Attribute = readonly [flags: string, type: Type]

export type Block = { attributes: Record<string, Attribute>; blocks?: Record<string, NestedBlock> }

/** `items` are the fewest and the most; 0 at most is any number. */
export type NestedBlock = Block & { nesting: 'single' | 'list' | 'set'; items: readonly [number, number] }

/** What a provider says of the types that infra/terraform uses. */
export type ProviderSchema = {
  /** As in required_providers: hashicorp/aws. */
  source: string
  /** Which release of the provider it was read from. */
  version: string
  provider: Block
  resources: Record<string, Block>
  data: Record<string, Block>
  ephemeral: Record<string, Block>
}

export const SCHEMA_DIR = join(import.meta.dirname, 'schemas')

export const has = ([flags]: Attribute, flag: Flag): boolean => flags.split(' ').includes(flag)

export async function readSchemas(): Promise<ProviderSchema[]> {
  const files = (await readdir(SCHEMA_DIR)).filter((name) => name.endsWith('.json'))
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(SCHEMA_DIR, name), 'utf8')) as ProviderSchema),
  )
}
