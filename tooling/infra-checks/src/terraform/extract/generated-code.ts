// Reads the code that CDKTF generated from a provider's schema: which arguments each function turns into HCL.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** One argument: `{ value: …, isBlock: …, type: …, storageClassType: … }`. */
export type Entry = {
  name: string
  /** The expression it comes from. */
  value: string
  isBlock: boolean
  kind: string
  storage: string
}

export type GeneratedCode = {
  /** The arguments of the resource itself. */
  entries: Entry[]
  /** The properties of its configuration that must be given. */
  required: Set<string>
  /** The class of the resource: its getters are its attributes. */
  body: string
  /** Of the blocks in it, by the name of the type. */
  structs: Map<string, { entries: Entry[]; required: Set<string> }>
  classes: Map<string, string>
}

const ENTRY =
  /^ {8,12}([\w"-]+): \{\s+value: ([\s\S]*?),\n\s+isBlock: (true|false),\s+type: "(\w+)",\s+storageClassType: "(\w+)"/gm
const INTERFACE = /export interface (\w+)(?: extends [\w.]+)? \{([\s\S]*?)\n\}/g
const PROPERTY = /^ {4}readonly (\w+)(\?)?: /gm
const STRUCT = /function (\w+)ToHclTerraform\(struct\) \{([\s\S]*?)\n\}/g
const CLASS = /^class (\w+) extends [\w.]+ \{([\s\S]*?)\n\}/gm
const OWN_ENTRIES = /synthesizeHclAttributes\(\) \{([\s\S]*?)\n {4}\}/

/** Of the folder of one resource, data source or provider. */
export async function readGeneratedCode(dir: string): Promise<GeneratedCode> {
  const { js, types } = await sources(dir)
  const required = new Map(
    matches(INTERFACE, types).map(([, name = '', body = '']) => [
      name,
      new Set(matches(PROPERTY, body).flatMap(([, property = '', optional]) => (optional ? [] : [property]))),
    ]),
  )
  const classes = new Map(matches(CLASS, js).map(([, name = '', body = '']) => [name, body]))
  const [name, body] = [...classes].find(([, text]) => text.includes('synthesizeHclAttributes()')) ?? []
  if (name === undefined || body === undefined) throw new Error(`no resource in ${dir}`)
  const structs = matches(STRUCT, js).map(([, struct = '', text = '']) => {
    const type = capital(struct)
    return [type, { entries: entriesOf(text), required: required.get(type) ?? new Set<string>() }] as const
  })
  return {
    entries: entriesOf(OWN_ENTRIES.exec(body)?.[1] ?? ''),
    required: required.get(`${name}Config`) ?? new Set(),
    body,
    structs: new Map(structs),
    classes,
  }
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export const matches = (pattern: RegExp, text: string) => [...text.matchAll(pattern)]

async function sources(dir: string): Promise<{ js: string; types: string }> {
  const files = (await readdir(dir, { recursive: true })).filter((file) => /\.js$|\.d\.ts$/.test(file)).sort()
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(dir, file), 'utf8') })),
  )
  const joined = (isTypes: boolean) =>
    texts.flatMap(({ file, text }) => (file.endsWith('.d.ts') === isTypes ? [text] : [])).join('\n')
  return { js: joined(false), types: joined(true) }
}

function entriesOf(text: string): Entry[] {
  return matches(ENTRY, text).map(([, name = '', value = '', isBlock, kind = '', storage = '']) => ({
    name: name.replaceAll('"', ''),
    value,
    isBlock: isBlock === 'true',
    kind,
    storage,
  }))
}
