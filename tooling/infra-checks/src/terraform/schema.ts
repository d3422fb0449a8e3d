import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, textOf } from '../files.ts'

/** A type as Terraform writes it: "string", ["list", "string"], ["object", { "name": "string" }]. */
export type Type =
  | string
  | readonly ['list' | 'set' | 'map', Type]
  | readonly ['object', Record<string, Type>]

type Flag = 'required' | 'optional' | 'computed' | 'sensitive' | 'write_only'

export type Attribute = { type: Type } & { [Name in Flag]?: boolean }

export type Block = { attributes?: Record<string, Attribute>; block_types?: Record<string, NestedBlock> }

type NestedBlock = {
  nesting_mode: 'single' | 'list' | 'set'
  block: Block
  min_items?: number
  max_items?: number
}

export type Types = Record<string, { block: Block }>

export type ProviderSchema = {
  provider: { block: Block }
  resource_schemas?: Types
  data_source_schemas?: Types
  ephemeral_resource_schemas?: Types
}

/** The output of `terraform providers schema -json`, by the providers' addresses. */
export type Schemas = { provider_schemas: Record<string, ProviderSchema> }

export const KINDS = {
  resource: 'resource_schemas',
  data: 'data_source_schemas',
  ephemeral: 'ephemeral_resource_schemas',
} as const

export const SCHEMA_FILE = join(import.meta.dirname, 'provider-schemas.json')

export const readSchemas = (): Schemas => JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as Schemas

/** The types that infra/terraform uses, such as `aws_vpc`. */
export function usedTypes(kind: keyof typeof KINDS): string[] {
  const source = filesBelow('infra/terraform', /\.tf$/).map(textOf).join('\n')
  const declared = source.matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm'))
  return [...new Set([...declared].map(([, type = '']) => type))].sort()
}
