import type { Type } from '../schema.ts'
import { matches } from './generated-code.ts'

const GETTER = /get \w+\(\) \{\s+return ([\s\S]*?);\n/g
const SIMPLE = /this\.get(\w+)Attribute\(['"](\w+)['"]\)/
const COMPLEX = /^this\._(\w+)$/
const FIELD = /this\._(\w+) = new (\w+)\(this, ["'](\w+)["'](?:, (true|false))?/g

const SIMPLE_TYPES: Record<string, Type> = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  NumberList: ['list', 'number'],
  StringMap: ['map', 'string'],
  BooleanMap: ['map', 'bool'],
  NumberMap: ['map', 'number'],
  AnyMap: ['map', 'string'],
}

/** The attributes that a class has getters for, and their types. */
export function gettersOf(body: string, classes: Map<string, string>): Record<string, Type> {
  const fields = new Map(
    matches(FIELD, body).map(([, field = '', type = '', name = '', isSet]) => [
      field,
      { type, name, isSet: isSet === 'true' },
    ]),
  )
  const found = matches(GETTER, body).flatMap(([, expression = '']): [string, Type][] => {
    const [, kind = '', simple] = SIMPLE.exec(expression) ?? []
    if (simple !== undefined) return [[simple, simpleType(kind, expression)]]
    const field = fields.get(COMPLEX.exec(expression)?.[1] ?? '')
    if (field === undefined) return []
    return [[field.name, objectsType(field, classes)]]
  })
  return Object.fromEntries(found)
}

function simpleType(kind: string, expression: string): Type {
  if (kind === 'List') return [expression.includes('tolist') ? 'set' : 'list', 'string']
  return SIMPLE_TYPES[kind] ?? 'string'
}

function objectsType({ type, isSet }: { type: string; isSet: boolean }, classes: Map<string, string>): Type {
  const element = classes.get(type.replace(/(List|Map)$/, 'OutputReference')) ?? ''
  const object: Type = ['object', gettersOf(element, classes)]
  if (type.endsWith('Map')) return ['map', object]
  return [isSet ? 'set' : 'list', object]
}
