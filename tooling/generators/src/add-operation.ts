import { editRepository } from './edit-repository.ts'
import { FAMILIES, type Family, capitalise, parsePath, separateWords } from './families.ts'

export type OperationKind = 'query' | 'mutation'

export const isOperationKind = (kind: string): kind is OperationKind =>
  kind === 'query' || kind === 'mutation'

type Operation = {
  family: Family
  name: string
  kind: OperationKind
  verb: string
  verbFile: string
  entity: string
  /** The name of a value of the entity. */
  variable: string
}

/**
 * Adds an operation on one entity, such as `todos.archive`, that reads and returns the entity. Returns the paths of the
 * changed files.
 * @throws Error if the name is in use, or a file no longer has the place where the operation belongs
 */
export function addOperation(root: string, path: string, kind: OperationKind): Promise<string[]> {
  const { family, name } = parsePath(path)
  const { entity } = FAMILIES[family]
  const verb = `${name}${entity}`
  const verbFile = separateWords(verb, '-')
  const operation = { family, name, kind, verb, verbFile, entity, variable: entity.toLowerCase() }
  const { variable } = operation

  return editRepository(root, {
    newFiles: {
      [`packages/core/src/${family}/${verbFile}.ts`]: verbSource(operation),
      [`packages/core/src/${family}/${verbFile}.test.ts`]: verbTest(operation),
    },
    insertions: {
      'packages/core/src/index.ts': [
        {
          after: new RegExp(`^[^]*from '\\./${family}/.+\\n`),
          text: `export { ${verb} } from './${family}/${verbFile}.ts'\n`,
          taken: new RegExp(`\\b${verb}\\b`),
        },
      ],
      [`packages/api/src/routers/${family}.ts`]: [
        {
          after: /import \{\n(?: {2}\w+,\n)*(?=\} from '@todo\/core')/,
          text: `  ${verb},\n`,
          taken: new RegExp(`\\b${verb}\\b`),
        },
        {
          after: /= router\(\{\n[^]*(?=\}\)\n$)/,
          text: procedure(operation),
          taken: new RegExp(`^ {2}${name}\\b`, 'm'),
        },
      ],
      'apps/server/tests/support/world.ts': [
        {
          after: new RegExp(`export const SAMPLES[^]*\\n {2}'${family}\\.[^]*?\\n(?= {2}'|\\})`),
          text: `  '${path}': ({ ${variable}: { id } }) => ({ id }),\n`,
          taken: new RegExp(`'${family}\\.${name}\\b`),
        },
      ],
      'apps/server/tests/suites/story.ts': [
        {
          // The change before it expects the first version.
          after: new RegExp(`const STORY[^]*?\\n {2}\\['${family}\\.change',.+\\n`),
          text: `  ['${path}', ({ ${variable} }) => ({ id: ${variable}!.id })],\n`,
          taken: new RegExp(`'${family}\\.${name}\\b`),
        },
      ],
    },
  })
}

function verbSource({ family, kind, verb, entity, variable }: Operation): string {
  const imports = `import type { OwnerContext } from '../context.ts'
${kind === 'mutation' ? "import { withOwnerLock } from '../transaction.ts'\n" : ''}import { get${entity} } from './${FAMILIES[family].reader}'
import type { ${entity}, ${entity}Id } from './schemas.ts'
`
  const head = `
/** @throws DomainError ${entity.toUpperCase()}_NOT_FOUND */
export function ${verb}(ctx: OwnerContext, { id }: ${entity}Id): Promise<${entity}> {`
  const query = `
  return get${entity}(ctx, { id })
}
`
  const mutation = `
  return withOwnerLock(ctx, async (tx) => {
    const ${variable} = await get${entity}(tx, { id })
    return ${variable}
  })
}
`
  return imports + head + (kind === 'query' ? query : mutation)
}

function verbTest({ verb, verbFile, entity, variable }: Operation): string {
  return `import { expect, test } from 'vitest'
import { openContext } from '../testing/context.ts'
import { as, make${entity}, makeUser } from '../testing/factories.ts'
import { ${verb} } from './${verbFile}.ts'

const ctx = await openContext()

test('${verb} returns the ${variable}', async () => {
  const user = as(await makeUser(ctx))
  const ${variable} = await make${entity}(user)
  expect(await ${verb}(user, { id: ${variable}.id })).toEqual(${variable})
})

test('a ${variable} of another owner does not exist', async () => {
  const [alice, bob] = [as(await makeUser(ctx)), as(await makeUser(ctx))]
  const { id } = await make${entity}(alice)
  await expect(${verb}(bob, { id })).rejects.toMatchObject({ reason: '${entity.toUpperCase()}_NOT_FOUND' })
})
`
}

function procedure({ family, name, kind, verb, entity, variable }: Operation): string {
  const words = capitalise(separateWords(name, ' '))
  return `
  ${name}: authedProcedure
    .meta({
      openapi: {
        method: '${kind === 'query' ? 'GET' : 'POST'}',
        path: '/${family}/{id}/${separateWords(name, '-')}',
        tags,
        protect: true,
        summary: '${words} ${kind === 'query' ? 'of a' : 'a'} ${variable}',
        description: 'Returns the ${variable}.',
      },
      rest: { etag: 'version' },
      errors: ['${entity.toUpperCase()}_NOT_FOUND'],
    })
    .input(${entity}Id)
    .output(${FAMILIES[family].output})
    .${kind}(({ ctx, input }) => ${verb}(ctx, input)),
`
}
