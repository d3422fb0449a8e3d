/** The families of operations that act on one entity. */
export const FAMILIES = {
  todos: { entity: 'Todo', reader: 'get-todo.ts', output: 'trustedOutput(Todo)' },
  lists: { entity: 'List', reader: 'lists.ts', output: 'List' },
  labels: { entity: 'Label', reader: 'labels.ts', output: 'Label' },
}

export type Family = keyof typeof FAMILIES

/** Splits `todos.archive`. @throws Error if the family does not exist or the name is not in camel case */
export function parsePath(path: string): { family: Family; name: string } {
  const [family = '', name = '', ...rest] = path.split('.')
  if (!isFamily(family))
    throw new Error(
      `${path} must start with one of ${Object.keys(FAMILIES).join(', ')}, such as todos.${name || 'name'}`,
    )
  if (rest.length > 0 || !/^[a-z][a-zA-Z0-9]*$/.test(name))
    throw new Error(`${path} must end with a name in camel case`)
  return { family, name }
}

const isFamily = (text: string): text is Family => Object.hasOwn(FAMILIES, text)

export const capitalise = (name: string) => name.replace(/^./, (letter) => letter.toUpperCase())

/** `markAsRead` to `mark_as_read`. */
export const separateWords = (name: string, separator: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => `${separator}${letter.toLowerCase()}`)
