import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'

export const ROOT = join(import.meta.dirname, '../../..')

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Paths of the files in a folder, relative to the root, without installed and generated ones. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => pattern.test(path) && !/(^|\/)(node_modules|dist|\.types|\.terraform)\//.test(path))
    .sort()
}

/** The documents of a YAML text. @throws Error on a syntax error or a duplicate key */
export function documentsOf(yaml: string): unknown[] {
  return parseAllDocuments(yaml, { merge: true, strict: true, uniqueKeys: true }).map((document) => {
    const [error] = document.errors
    if (error) throw error
    return document.toJS() as unknown
  })
}

/** Every variable of the server: .env.example lists all. */
export function knownVariables(): Set<string> {
  return new Set([...textOf('.env.example').matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name))
}
