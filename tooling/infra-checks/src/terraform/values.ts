import { ExtData, decode, encode } from '@msgpack/msgpack'
import { type Attribute, type Block, has } from './schema.ts'
import { standIn } from './stand-in.ts'

/** A value on the wire. */
export type Encoded = { msgpack?: Uint8Array; json?: Uint8Array }

export type Values = Record<string, unknown>

/** Not known before it is applied. */
const UNKNOWN = new ExtData(0, new Uint8Array([0]))

const isUnknown = (value: unknown) => value instanceof ExtData

export function decoded(value: Encoded | null | undefined): Values | null {
  if (value?.msgpack?.length) return decode(value.msgpack) as Values | null
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString()) as Values | null
  return null
}

export const encoded = (value: unknown): Encoded => ({ msgpack: encode(value) })

/** What will be made of a configuration: what the provider says itself is not known yet. */
export function planned(block: Block, config: Values): Values {
  return changed(block, config, (value, attribute) => {
    if (has(attribute, 'write-only')) return null
    return value == null && has(attribute, 'computed') ? UNKNOWN : value
  })
}

/** A change of what is there already: the provider has nothing to add. */
export function replanned(block: Block, proposed: Values): Values {
  return changed(block, proposed, (value, attribute) => (has(attribute, 'write-only') ? null : value))
}

/** What was made of a plan: something stands in for each value that was not known. */
export function applied(block: Block, plan: Values, seed: string): Values {
  return changed(block, plan, (value, attribute, name) =>
    isUnknown(value) ? standIn(name, attribute, seed) : value,
  )
}

/** What is read: all of it is known. */
export const read = (block: Block, config: Values, seed: string): Values =>
  applied(block, planned(block, config), seed)

type Change = (value: unknown, attribute: Attribute, name: string) => unknown

/** A copy of a block's values in which each attribute was changed, those of the blocks in it, too. */
function changed(block: Block, values: Values, change: Change): Values {
  const attributes = Object.entries(block.attributes).map(([name, attribute]) => [
    name,
    change(values[name] ?? null, attribute, name),
  ])
  const blocks = Object.entries(block.blocks ?? {}).map(([name, nested]) => {
    const value = values[name] ?? null
    if (value === null || isUnknown(value)) return [name, value]
    if (Array.isArray(value)) return [name, value.map((one) => changed(nested, one as Values, change))]
    return [name, changed(nested, value as Values, change)]
  })
  return Object.fromEntries([...attributes, ...blocks]) as Values
}
