/** Errors by code: the status that REST sends, and the message for people. */
export type ErrorCatalogue = Readonly<Record<string, { status: number; message: string }>>

/** The errors that REST sends by itself. An application's catalogue may give them other messages. */
export const BUILT_IN_ERRORS = {
  /** The body is not JSON, or a path parameter or an opaque member is malformed. */
  MALFORMED: { status: 400, message: 'The request is malformed.' },
  /** No route has this path. */
  NOT_FOUND: { status: 404, message: 'There is nothing at this path.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This path does not support this method.' },
  /** `If-Match` names no version, or several. */
  PRECONDITION_FAILED: {
    status: 412,
    message: 'If-Match must hold exactly one version: send the ETag that you read.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'This operation does not accept this content type.' },
  /** The schema of the input rejects it. */
  VALIDATION_FAILED: { status: 422, message: 'The input is not valid.' },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'Something went wrong.' },
} as const satisfies ErrorCatalogue

export type BuiltInCode = keyof typeof BUILT_IN_ERRORS

/** The message of a code: the application's if it has one. */
export function messageOf(code: string, errors: ErrorCatalogue = {}): string | undefined {
  return errors[code]?.message ?? (BUILT_IN_ERRORS as ErrorCatalogue)[code]?.message
}
