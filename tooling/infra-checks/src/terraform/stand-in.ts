import { createHash } from 'node:crypto'
import type { Attribute, Type } from './schema.ts'

const REGION = 'eu-central-1'

/** Values whose format matters to other resources. */
const KNOWN: [name: RegExp, type: string, (hash: string) => unknown][] = [
  [/^account_id$/, 'string', () => '123456789012'],
  [/^region$/, 'string', () => REGION],
  [/(^|_)arn$/, 'string', (hash) => `arn:aws:simulated:${REGION}:123456789012:thing/${hash}`],
  [/^(address|endpoint|dns_name)$/, 'string', (hash) => `${hash}.simulated.internal`],
  [/^port$/, 'number', () => 5432],
  [/^names$/, 'list', () => ['a', 'b', 'c'].map((zone) => `${REGION}${zone}`)],
]

/** A stand-in for a value that only the cloud knows. The same seed gives the same value. */
export function standIn(name: string, attribute: Attribute, seed: string): unknown {
  const hash = createHash('sha256').update(`${seed} ${name}`).digest('hex').slice(0, 12)
  const kind = typeof attribute.type === 'string' ? attribute.type : attribute.type[0]
  const known = KNOWN.find(([pattern, type]) => type === kind && pattern.test(name))?.[2]
  if (known) return known(hash)
  return ofType(attribute.type, { name, hash, isReadOnly: attribute.optional !== true })
}

type Named = { name: string; hash: string; isReadOnly: boolean }

function ofType(type: Type, named: Named): unknown {
  if (type === 'number') return 0
  if (type === 'bool') return false
  if (typeof type === 'string') return `${named.name}-${named.hash}`
  const [kind, inner] = type
  if (kind === 'object') {
    const members = Object.entries(inner)
    return Object.fromEntries(members.map(([name, member]) => [name, ofType(member, { ...named, name })]))
  }
  if (kind === 'map') return {}
  // An optional list that is not set is empty; a read-only one has an item.
  const isObject = Array.isArray(inner) && inner[0] === 'object'
  return isObject && named.isReadOnly ? [ofType(inner as Type, named)] : []
}
