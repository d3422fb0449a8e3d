import type { Attribute, Block, Flag, NestedBlock, Type } from '../schema.ts'
import { type Entry, type GeneratedCode, capital } from './generated-code.ts'
import { gettersOf } from './getters.ts'

/**
 * What CDKTF does not keep: which optional arguments the provider fills in itself. Those by whose names other
 * resources refer to one; too few make a plan say null where the provider would not know yet.
 */
const FILLED_IN = new Set([
  'address',
  'arn',
  'availability_zone',
  'db_name',
  'engine_version',
  'id',
  'identifier',
  'kms_key_id',
  'name',
  'name_prefix',
  'owner_id',
  'parameter_group_name',
  'port',
  'region',
  'secret_id',
  'tags_all',
  'username',
])

/** Blocks that the provider takes as attributes, so that an empty list can be told from none. */
const AS_ATTRIBUTES: Record<string, string[]> = {
  aws_default_security_group: ['ingress', 'egress'],
  aws_route_table: ['route'],
  aws_security_group: ['ingress', 'egress'],
}

const SENSITIVE = /password$|^secret_string$|_hash$|^result$/

/** The schema of a resource, a data source or a provider. */
export function blockOf(code: GeneratedCode, type: string): Block {
  const asAttributes = AS_ATTRIBUTES[type] ?? []
  const block = toBlock(code, { entries: code.entries, required: code.required, asAttributes })
  const readOnly = Object.entries(gettersOf(code.body, code.classes)).filter(
    ([name]) =>
      !(name in block.attributes) && !(name in (block.blocks ?? {})) && name !== 'friendly_unique_id',
  )
  return { ...block, attributes: { ...block.attributes, ...computed(readOnly) } }
}

const computed = (attributes: [string, Type][]) =>
  Object.fromEntries(
    attributes.map(([name, type]) => [
      name,
      [flags('computed', SENSITIVE.test(name) && 'sensitive'), type] as const,
    ]),
  )

type Level = { entries: Entry[]; required: Set<string>; asAttributes: string[] }

function toBlock(code: GeneratedCode, { entries, required, asAttributes }: Level): Block {
  const attributes: Record<string, Attribute> = {}
  const blocks: Record<string, NestedBlock> = {}
  for (const entry of entries) {
    const property = /(?:this\._|struct\.)(\w+)/.exec(entry.value)?.[1]
    const isRequired = property !== undefined && required.has(property)
    if (entry.isBlock && !asAttributes.includes(entry.name))
      blocks[entry.name] = nested(code, entry, isRequired)
    else attributes[entry.name] = [flagsOf(entry, isRequired), typeOf(code, entry)]
  }
  return Object.keys(blocks).length > 0 ? { attributes, blocks } : { attributes }
}

function flagsOf({ name, isBlock }: Entry, isRequired: boolean): string {
  if (isRequired) return flags('required', SENSITIVE.test(name) && 'sensitive')
  return flags(
    'optional',
    (isBlock || FILLED_IN.has(name)) && 'computed',
    (SENSITIVE.test(name) || name.endsWith('_wo')) && 'sensitive',
    name.endsWith('_wo') && 'write-only',
  )
}

function flags(...names: (Flag | false)[]): string {
  return names.filter(Boolean).join(' ')
}

function nested(code: GeneratedCode, entry: Entry, isRequired: boolean): NestedBlock {
  const struct = structOf(code, entry)
  const isMany = entry.value.includes('listMapperHcl')
  const isSingle = entry.kind === 'struct' && !isMany
  const nesting = isSingle ? 'single' : entry.kind === 'set' ? 'set' : 'list'
  return {
    nesting,
    items: [isRequired && !isSingle ? 1 : 0, isMany || isSingle ? 0 : 1],
    ...toBlock(code, { ...struct, asAttributes: [] }),
  }
}

function structOf(code: GeneratedCode, { value, name }: Entry) {
  const struct = code.structs.get(capital(/(\w+)ToHclTerraform/.exec(value)?.[1] ?? ''))
  if (struct === undefined) throw new Error(`no type for the block ${name}: ${value}`)
  return struct
}

function typeOf(code: GeneratedCode, entry: Entry): Type {
  if (!entry.isBlock) return simpleType(entry)
  const members = structOf(code, entry).entries.map((member) => [member.name, typeOf(code, member)])
  return [entry.kind === 'set' ? 'set' : 'list', ['object', Object.fromEntries(members)]]
}

const BASES: Record<string, string> = { string: 'string', number: 'number', boolean: 'bool', any: 'dynamic' }

/** `stringListMap` and the like: the last word is outermost, and a list may be a set. */
function simpleType({ kind, storage }: Entry): Type {
  const [, base = '', rest = ''] = /^(string|number|boolean|any)(\w*)$/.exec(storage) ?? []
  const type = BASES[base]
  if (type === undefined) throw new Error(`an unknown type: ${storage}`)
  if (kind === 'simple') return type
  const wraps = [...rest.matchAll(/List|Map/g)].map(([wrap]) => wrap)
  return wraps.reduce<Type>((inner, wrap, index) => {
    if (wrap === 'Map') return ['map', inner]
    return [kind === 'set' && index === wraps.length - 1 ? 'set' : 'list', inner]
  }, type)
}
