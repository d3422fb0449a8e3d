import * as z from 'zod'

/** A parser of tRPC's that parses nothing: it carries the schema that the output is known to have. */
export type TrustedOutput<TSchema extends z.ZodType> = {
  (output: unknown): z.output<TSchema>
  readonly trustedSchema: TSchema
}

/**
 * For `.output()`: the output has this schema's type and is sent as it is. The schema still tells the document, the
 * status and the SDK what to expect; what it would do to the output (strip, transform, fill in) is not done.
 */
export function trustedOutput<TSchema extends z.ZodType>(schema: TSchema): TrustedOutput<TSchema> {
  return Object.assign((output: unknown) => output as z.output<TSchema>, { trustedSchema: schema })
}

export function isTrusted(parser: unknown): parser is TrustedOutput<z.ZodType> {
  return typeof parser === 'function' && 'trustedSchema' in parser
}

/** The schema of what was given to `.output()`, if it is one of Zod's. */
export function outputSchemaOf(parser: unknown): z.ZodType | undefined {
  const schema = isTrusted(parser) ? parser.trustedSchema : parser
  return schema instanceof z.ZodType ? schema : undefined
}
