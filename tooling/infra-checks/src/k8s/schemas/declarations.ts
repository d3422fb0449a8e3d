// Reads what packages of Kubernetes' types consist of: interfaces, aliases, enums and classes of a value, in a few forms.
import type { Schema } from './schema.ts'

export type Declaration = { schema: Schema; parents: string[] }

export type Declarations = {
  /** In their order, by name. */
  declared: Map<string, Declaration>
  /** Module by the name that it gives. */
  imported: Map<string, string>
}

const TOKEN = /"[^"]*"|'[^']*'|[\w$]+|=>|[{}[\]()<>|&;:?,=.]/g

/** References are left as `$ref` with the name as it is written: who knows the other files resolves them. */
export function declarationsOf(text: string): Declarations {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  const imported = new Map<string, string>()
  for (const [, names = '', module = ''] of code.matchAll(
    /^import (?:type )?\{([^}]*)\} from ["']([^"']+)["']/gm,
  ))
    for (const name of names.split(',')) imported.set(name.replace(/^\s*type\s+/, '').trim(), module)

  const declared = new Map<string, Declaration>()
  const heads =
    /^export (?:declare )?(interface|type|enum|class) (\w+)(?: extends ([\w, ]+))?[^\S\n]*(?=[{=])/gm
  for (const { 0: head, 1: kind, 2: name = '', 3: parents = '', index } of code.matchAll(heads)) {
    const body = code.slice(index + head.length)
    const schema =
      kind === 'enum' ? enumOf(body) : kind === 'class' ? valueOf(body) : typeOf(body.replace(/^=/, ''))
    if (schema)
      declared.set(name, {
        schema,
        parents: parents
          .split(',')
          .map((parent) => parent.trim())
          .filter(isModel),
      })
  }
  return { declared, imported }
}

const enumOf = (body: string): Schema => ({
  enum: [...body.slice(0, body.indexOf('}')).matchAll(/= "([^"]*)"/g)].map(([, value = '']) => value),
})

/** A class around a number or a string, as cdk8s has them; others are how a model is made. */
function valueOf(body: string): Schema | undefined {
  const type = /^\{\s*readonly value: ([^;]+);/.exec(body)?.[1]
  return type === undefined ? undefined : typeOf(type)
}

function typeOf(text: string): Schema {
  const tokens = text.matchAll(TOKEN)
  let token = tokens.next().value?.[0] ?? ''
  const take = () => {
    const taken = token
    token = tokens.next().value?.[0] ?? ''
    return taken
  }
  const next = () => token
  const skip = (expected: string) => {
    const taken = take()
    if (taken !== expected) throw new Error(`expected ${expected}, found ${taken} before ${token}`)
  }

  function union(): Schema {
    if (token === '|') take()
    const members = [postfix()]
    while (next() === '|') {
      take()
      members.push(postfix())
    }
    return oneOf(members)
  }

  function postfix(): Schema {
    let schema = primary()
    while (next() === '[') {
      take()
      skip(']')
      schema = { type: 'array', items: schema }
    }
    return schema
  }

  function primary(): Schema {
    const taken = take()
    if (taken === '{') return members()
    if (taken === '(') {
      const schema = union()
      skip(')')
      return schema
    }
    if (/^["']/.test(taken)) return { enum: [taken.slice(1, -1)] }
    if (taken === 'Array') {
      skip('<')
      const items = union()
      skip('>')
      return { type: 'array', items }
    }
    return NAMED[taken] ?? { $ref: taken }
  }

  function members(): Schema {
    const schema: Schema = { type: 'object', properties: {}, required: [], additionalProperties: false }
    while (next() !== '}') {
      if (token === 'readonly') take()
      const name = take()
      if (name === '[') {
        // [key: string]: T
        for (const part of ['key', ':', 'string', ']', ':']) skip(part)
        schema.additionalProperties = union()
      } else {
        if (token === '?') take()
        else schema.required?.push(unquoted(name))
        skip(':')
        Object.assign(schema.properties ?? {}, { [unquoted(name)]: union() })
      }
      if (token === ';') take()
    }
    skip('}')
    return schema
  }

  return union()
}

const unquoted = (name: string) => name.replaceAll(/["']/g, '')

const NAMED: Record<string, Schema> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  Date: { type: 'string' },
  any: {},
  unknown: {},
  object: { type: 'object' },
}

function oneOf(schemas: Schema[]): Schema {
  const [first = {}, ...others] = schemas
  if (others.length === 0) return first
  if (schemas.every((schema) => schema.enum)) return { enum: schemas.flatMap((schema) => schema.enum ?? []) }
  return { anyOf: schemas }
}

/** TypeMeta is apiVersion and kind, which each kind has itself. */
const isModel = (parent: string) => parent !== '' && parent !== 'TypeMeta'
