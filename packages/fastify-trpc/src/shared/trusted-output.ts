import * as z from 'zod'

/** An output parser that returns its input. It carries the schema for the document. */
export type TrustedOutput<TSchema extends z.ZodType> = {
  (output: unknown): z.output<TSchema>
  readonly trustedSchema: TSchema
}

/**
 * For `.output()`: the output has the type of the schema and is sent unchanged. The document and the status of REST
 * still follow the schema, but it does not strip, transform or fill in anything.
 */
export function trustedOutput<TSchema extends z.ZodType>(schema: TSchema): TrustedOutput<TSchema> {
  return Object.assign((output: unknown) => output as z.output<TSchema>, { trustedSchema: schema })
}

export function isTrusted(parser: unknown): parser is TrustedOutput<z.ZodType> {
  return typeof parser === 'function' && 'trustedSchema' in parser
}

/** The Zod schema that was passed to `.output()`, if there is one. */
export function outputSchemaOf(parser: unknown): z.ZodType | undefined {
  const schema = isTrusted(parser) ? parser.trustedSchema : parser
  return schema instanceof z.ZodType ? schema : undefined
}
