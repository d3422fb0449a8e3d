import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type Insertion = {
  /** `text` goes in behind the part of the file that this matches. */
  after: RegExp
  text: string
  /** If this matches in the file, the name is in use. It ends with the name. */
  taken: RegExp
}

export type Edits = { insertions: Record<string, Insertion[]>; newFiles: Record<string, string> }

/**
 * Makes all edits, or none, and returns the paths of the files.
 * @throws Error if a name is in use, or a file no longer has the place where the text belongs
 */
export async function editRepository(root: string, { insertions, newFiles }: Edits): Promise<string[]> {
  const texts = new Map<string, string>()
  for (const [path, ofFile] of Object.entries(insertions)) {
    let text = await readFile(join(root, path), 'utf8')
    for (const insertion of ofFile) text = insert(text, path, insertion)
    texts.set(path, text)
  }
  for (const [path, text] of Object.entries(newFiles)) {
    if (existsSync(join(root, path))) throw new Error(`${path} already exists`)
    texts.set(path, text)
  }

  for (const [path, text] of texts) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return [...texts.keys()]
}

function insert(file: string, path: string, { after, text, taken }: Insertion): string {
  const used = taken.exec(file)?.[0]
  if (used !== undefined) throw new Error(`${path} already has ${/\w+$/.exec(used)?.[0]}`)
  const found = after.exec(file)
  if (!found) throw new Error(`${path} has no place for the new lines: nothing matches ${after.source}`)
  const end = found.index + found[0].length
  return file.slice(0, end) + text + file.slice(end)
}
