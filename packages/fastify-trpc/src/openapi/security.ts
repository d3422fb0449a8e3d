import type { Operation } from '../shared/operations.ts'
import type { DocumentOptions, SecurityScheme } from './options.ts'

type SecurityOptions = Pick<DocumentOptions, 'security' | 'otherSecurity'>

/** All schemes by name, for the components of the document. */
export function securitySchemesOf({
  security,
  otherSecurity = [],
}: SecurityOptions): Record<string, SecurityScheme> {
  return Object.fromEntries([security, otherSecurity].flat().map(({ name, scheme }) => [name, scheme]))
}

/**
 * The alternative security requirements of an operation. Without `protect`, schemes that its meta names are optional,
 * which an empty alternative expresses.
 */
export function securityOf(
  { openapi, path }: Operation,
  options: SecurityOptions,
): Record<string, string[]>[] {
  const { protect = false, security: named } = openapi ?? {}
  if (!named) return protect ? [options.security].flat().map(({ name }) => ({ [name]: [] })) : []
  const known = securitySchemesOf(options)
  for (const name of named) {
    if (!known[name]) throw new Error(`${path}: there is no security scheme "${name}"`)
  }
  return [...named.map((name) => ({ [name]: [] })), ...(protect ? [] : [{}])]
}
