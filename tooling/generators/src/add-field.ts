import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Edits, editRepository } from './edit-repository.ts'
import { FAMILIES, capitalise, parsePath, separateWords } from './families.ts'

/** For each type of the table of columns: Prisma's, Postgres', Zod's, random values, and the defaults it can have. */
const TYPES = {
  text: {
    prisma: ['String'],
    sql: 'TEXT',
    zod: 'line(1_000)',
    random: 'line(1_000)',
    defaults: /^[^\s'"\\]+( [^\s'"\\]+)*$/,
  },
  smallint: {
    prisma: ['Int', '@db.SmallInt'],
    sql: 'SMALLINT',
    zod: 'z.int().min(0).max(32_767)',
    random: 'fc.integer({ min: 0, max: 32_767 })',
    defaults: /^(0|[1-9]\d{0,3})$/,
  },
  integer: {
    prisma: ['Int'],
    sql: 'INTEGER',
    zod: 'z.int().min(0).max(2_147_483_647)',
    random: 'fc.integer({ min: 0, max: 2_147_483_647 })',
    defaults: /^(0|[1-9]\d{0,8})$/,
  },
  boolean: {
    prisma: ['Boolean'],
    sql: 'BOOLEAN',
    zod: 'z.boolean()',
    random: 'fc.boolean()',
    defaults: /^(true|false)$/,
  },
}

export type FieldType = keyof typeof TYPES

export const isFieldType = (type: string): type is FieldType => Object.hasOwn(TYPES, type)

export type Field = {
  /** Such as `todos.estimateMinutes`. */
  path: string
  type: FieldType
  /** Without a default, the member is nullable. */
  defaultValue?: string | undefined
}

/**
 * Adds an editable member to an entity and returns the paths of the changed files.
 * @throws Error if the entity has it already, or a file no longer has the place where it belongs
 */
export async function addField(root: string, field: Field): Promise<string[]> {
  const { family, name } = parsePath(field.path)
  const { entity } = FAMILIES[family]
  const { sql, random, defaults } = TYPES[field.type]
  if (field.defaultValue !== undefined && !defaults.test(field.defaultValue))
    throw new Error(`${JSON.stringify(field.defaultValue)} is not a default for ${field.type}`)
  const literal = field.type === 'text' ? `'${field.defaultValue}'` : field.defaultValue
  const column = separateWords(name, '_')
  const migration = await nextMigration(root, `${family}_${column}`)
  const isNullable = field.defaultValue === undefined
  const constraint = isNullable ? '' : ` NOT NULL DEFAULT ${literal}`
  const randomMembers = `Arbitraries<typeof ${family.toUpperCase()}>(?: = | => \\()\\{\\n`

  return editRepository(root, {
    insertions: {
      'prisma/schema.prisma': [
        {
          after: new RegExp(`^model ${entity} \\{\\n(?:.+\\n)*`, 'm'),
          text: `  ${prismaField(name, column, field)}\n`,
          taken: new RegExp(`^model ${entity} \\{\\n(?:[^}].*\\n|\\n)* {2}${name}\\b`, 'm'),
        },
      ],
      [`prisma/src/tables/${family}.ts`]: [
        {
          after: new RegExp(`'${family}', \\{\\n(?: {2}.+\\n)*`),
          text: `  ${name}: { type: '${field.type}', ${isNullable ? 'nullable: true, ' : ''}editable: true },\n`,
          taken: new RegExp(`^ {2}${name}\\b`, 'm'),
        },
      ],
      [`packages/core/src/${family}/schemas.ts`]: schemaInsertions(field, literal),
      'apps/server/tests/support/arbitraries.ts': [
        {
          after: new RegExp(`${randomMembers}(?: {2}.+\\n)*`),
          text: `  ${name}: ${isNullable ? `fc.option(${random})` : random},\n`,
          taken: new RegExp(`${randomMembers}(?: {2}.+\\n)* {2}${name}\\b`),
        },
      ],
    },
    newFiles: {
      [`prisma/migrations/${migration}/migration.sql`]: `ALTER TABLE "${family}" ADD COLUMN "${column}" ${sql}${constraint};\n`,
    },
  })
}

function prismaField(name: string, column: string, { type, defaultValue }: Field): string {
  const [prismaType = '', ...attributes] = TYPES[type].prisma
  const literal = type === 'text' ? `"${defaultValue}"` : defaultValue
  return [
    name,
    defaultValue === undefined ? `${prismaType}?` : `${prismaType} @default(${literal})`,
    ...(column === name ? [] : [`@map("${column}")`]),
    ...attributes,
  ].join(' ')
}

function schemaInsertions(
  { path, type, defaultValue }: Field,
  literal: string | undefined,
): Edits['insertions'][string] {
  const { family, name } = parsePath(path)
  const { entity } = FAMILIES[family]
  const schema = capitalise(name)
  const isNullable = defaultValue === undefined
  // The statement that inserts a todo sets every column; Prisma leaves out absent members of the others.
  const whenCreated = family === 'todos' ? `.default(${literal})` : '.optional()'
  const member = (object: string, suffix: string) => {
    const head = `export const ${object} = z\\n {2}\\.(?:strictO|o)bject\\(\\{\\n`
    return {
      after: new RegExp(`${head}(?: {4}.+\\n)*`),
      text: `    ${name}: ${schema}${suffix},\n`,
      taken: new RegExp(`${head}(?: {4}.+\\n)* {4}${name}\\b`),
    }
  }
  return [
    {
      after: new RegExp(`^[^]*?(?=export const ${entity} = )`),
      text: `const ${schema} = ${TYPES[type].zod}\n\n`,
      taken: new RegExp(`\\b${schema}\\b`),
    },
    member(entity, isNullable ? '.nullable()' : ''),
    member(`Create${entity}`, isNullable ? '.nullish()' : whenCreated),
    member(`Change${entity}`, isNullable ? '.nullish()' : '.optional()'),
  ]
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
