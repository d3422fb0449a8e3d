/** No route has a schema of Fastify's: Zod checks what comes. Its compilers are big, and left out of the bundle. */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } }

function refuse(): never {
  throw new Error('the input of a route is checked by its procedure, not by a schema of Fastify')
}
