import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** For each type of the table of columns: Prisma's, Postgres' and Zod's. */
const TYPES = {
  text: { prisma: 'String?', sql: 'TEXT', zod: 'z.string().max(1_000)' },
  smallint: { prisma: 'Int? @db.SmallInt', sql: 'SMALLINT', zod: 'z.int().min(0).max(32_767)' },
  integer: { prisma: 'Int?', sql: 'INTEGER', zod: 'z.int().min(0).max(2_147_483_647)' },
  boolean: { prisma: 'Boolean?', sql: 'BOOLEAN', zod: 'z.boolean()' },
}

export type FieldType = keyof typeof TYPES

export const isFieldType = (type: string): type is FieldType => Object.hasOwn(TYPES, type)

/** Adds a nullable, editable member to todos. @throws Error when a file no longer has the place where it belongs */
export async function addField(root: string, name: string, type: FieldType): Promise<string[]> {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) throw new Error(`${name} is not a name in camel case`)
  const column = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const schema = name.replace(/^./, (letter) => letter.toUpperCase())
  const { prisma, sql, zod } = TYPES[type]
  const [prismaType = '', ...attributes] = prisma.split(' ')
  const map = column === name ? [] : [`@map("${column}")`]

  const files = {
    'prisma/schema.prisma': [
      [/^model Todo \{\n(?:.+\n)*/m, `  ${[name, prismaType, ...map, ...attributes].join(' ')}\n`],
    ],
    'prisma/src/tables/todos.ts': [
      [/'todos', \{\n(?: {2}.+\n)*/, `  ${name}: { type: '${type}', nullable: true, editable: true },\n`],
    ],
    'packages/core/src/todos/schemas.ts': [
      [/(?=export const Todo = )/, `const ${schema} = ${zod}\n\n`],
      [/export const Todo = z\n {2}\.object\(\{\n(?: {4}.+\n)*/, `    ${name}: ${schema}.nullable(),\n`],
      [
        /export const CreateTodo = z\n {2}\.strictObject\(\{\n(?: {4}.+\n)*/,
        `    ${name}: ${schema}.nullish(),\n`,
      ],
      [
        /export const ChangeTodo = z\n {2}\.strictObject\(\{\n(?: {4}.+\n)*/,
        `    ${name}: ${schema}.nullish(),\n`,
      ],
    ],
  } satisfies Record<string, [place: RegExp, text: string][]>

  for (const [path, insertions] of Object.entries(files)) {
    let text = await readFile(join(root, path), 'utf8')
    for (const [place, inserted] of insertions) {
      if (!place.test(text))
        throw new Error(`${path} has no place for ${name}: nothing matches ${place.source}`)
      text = text.replace(place, (before) => before + inserted)
    }
    await writeFile(join(root, path), text)
  }
  const migration = join('prisma/migrations', await nextMigration(root, `todos_${column}`))
  await mkdir(join(root, migration))
  const statement = `ALTER TABLE "todos" ADD COLUMN "${column}" ${sql};\n`
  await writeFile(join(root, migration, 'migration.sql'), statement)
  return [...Object.keys(files), `${migration}/migration.sql`]
}

/** Named by the time, and after the last one, as migrations run in the order of their names. */
async function nextMigration(root: string, name: string): Promise<string> {
  const last = (await readdir(join(root, 'prisma/migrations')))
    .filter((entry) => /^\d{14}_/.test(entry))
    .sort()
    .at(-1)
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  const afterLast = String(BigInt(last?.slice(0, 14) ?? 0) + 1n)
  return `${now > afterLast ? now : afterLast}_${name}`
}
