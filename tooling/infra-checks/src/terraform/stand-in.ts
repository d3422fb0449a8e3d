import { createHash } from 'node:crypto'
import { type Attribute, type Type, has } from './schema.ts'

const REGION = 'eu-central-1'

/** Where the form of a value matters to what reads it. */
const KNOWN: [name: RegExp, type: string, (hash: string) => unknown][] = [
  [/^account_id$/, 'string', () => '123456789012'],
  [/^region$/, 'string', () => REGION],
  [/(^|_)arn$/, 'string', (hash) => `arn:aws:simulated:${REGION}:123456789012:thing/${hash}`],
  [/^(address|endpoint|dns_name)$/, 'string', (hash) => `${hash}.simulated.internal`],
  [/^port$/, 'number', () => 5432],
  [/^names$/, 'list', () => ['a', 'b', 'c'].map((zone) => `${REGION}${zone}`)],
]

/** A value in place of one that only the cloud knows; the same for the same seed. */
export function standIn(name: string, attribute: Attribute, seed: string): unknown {
  const hash = createHash('sha256').update(`${seed} ${name}`).digest('hex').slice(0, 12)
  const kind = typeof attribute[1] === 'string' ? attribute[1] : attribute[1][0]
  const known = KNOWN.find(([pattern, type]) => type === kind && pattern.test(name))?.[2]
  if (known) return known(hash)
  return ofType(attribute[1], { name, hash, isReadOnly: !has(attribute, 'optional') })
}

type Named = { name: string; hash: string; isReadOnly: boolean }

function ofType(type: Type, named: Named): unknown {
  if (type === 'number') return 0
  if (type === 'bool') return false
  if (typeof type === 'string') return `${named.name}-${named.hash}`
  const [kind, inner] = type
  if (kind === 'object') {
    const members = Object.entries(inner as Record<string, Type>)
    return Object.fromEntries(members.map(([name, member]) => [name, ofType(member, { ...named, name })]))
  }
  if (kind === 'map') return {}
  // What one may set and did not is empty; what is for reading only has something in it.
  const isObject = Array.isArray(inner) && inner[0] === 'object'
  return isObject && named.isReadOnly ? [ofType(inner as Type, named)] : []
}
