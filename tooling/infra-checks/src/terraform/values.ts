import { ExtData, decode, encode } from '@msgpack/msgpack'
import type { Attribute, Block } from './schema.ts'
import { standIn } from './stand-in.ts'

/** A value on the wire. */
export type Encoded = { msgpack?: Uint8Array; json?: Uint8Array }

export type Values = Record<string, unknown>

/** Unknown until apply. */
const UNKNOWN = new ExtData(0, new Uint8Array([0]))

const isUnknown = (value: unknown) => value instanceof ExtData

export function decoded(value: Encoded | null | undefined): Values | null {
  if (value?.msgpack?.length) return decode(value.msgpack) as Values | null
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString()) as Values | null
  return null
}

export const encoded = (value: unknown): Encoded => ({ msgpack: encode(value) })

/** The planned state of a new resource: computed values are unknown until apply. */
export function planned(block: Block, config: Values): Values {
  return changed(block, config, (value, attribute) => {
    if (attribute.write_only) return null
    return value == null && attribute.computed ? UNKNOWN : value
  })
}

/** The planned state of an existing resource: it keeps its computed values. */
export function replanned(block: Block, proposed: Values): Values {
  return changed(block, proposed, (value, attribute) => (attribute.write_only ? null : value))
}

/** The state after apply: a stand-in replaces each unknown value. */
export function applied(block: Block, plan: Values, seed: string): Values {
  return changed(block, plan, (value, attribute, name) =>
    isUnknown(value) ? standIn(name, attribute, seed) : value,
  )
}

/** The state of a data source: every value is known. */
export const read = (block: Block, config: Values, seed: string): Values =>
  applied(block, planned(block, config), seed)

type Change = (value: unknown, attribute: Attribute, name: string) => unknown

/** A copy of a block's values with each attribute changed, also in nested blocks. */
function changed(block: Block, values: Values, change: Change): Values {
  const attributes = Object.entries(block.attributes ?? {}).map(([name, attribute]) => [
    name,
    change(values[name] ?? null, attribute, name),
  ])
  const blocks = Object.entries(block.block_types ?? {}).map(([name, { block: nested }]) => {
    const value = values[name] ?? null
    if (value === null || isUnknown(value)) return [name, value]
    if (Array.isArray(value)) return [name, value.map((one) => changed(nested, one as Values, change))]
    return [name, changed(nested, value as Values, change)]
  })
  return Object.fromEntries([...attributes, ...blocks]) as Values
}
