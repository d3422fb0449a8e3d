// Every error that a client can meet, on any interface. `docs/errors.md`, the OpenAPI document and the SDK's type of
// `error.code` are generated from it.

/** The kinds of errors, each with its HTTP status. */
export const ERROR_KINDS = {
  MALFORMED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  GONE: 410,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const

export type ErrorKind = keyof typeof ERROR_KINDS

/** The default `Retry-After` of errors that may succeed on a retry. */
export const RETRY_AFTER_SECONDS: Partial<Record<ErrorKind, number>> = {
  TOO_MANY_REQUESTS: 1,
  UNAVAILABLE: 1,
}

/** The stable reasons that programs branch on. The message says what is wrong and what to do about it. */
export const ERRORS = {
  // Authentication
  TOKEN_MISSING: error('UNAUTHORIZED', 'The access token is missing: send `Authorization: Bearer <token>`.'),
  TOKEN_INVALID: error('UNAUTHORIZED', 'The access token is not valid: log in again.'),
  TOKEN_EXPIRED: error('UNAUTHORIZED', 'The access token has expired: refresh it.'),
  SESSION_ENDED: error('UNAUTHORIZED', 'The session has ended: log in again.'),
  WRONG_CREDENTIALS: error('UNAUTHORIZED', 'The email address or the password is wrong.'),
  REFRESH_TOKEN_INVALID: error('UNAUTHORIZED', 'The refresh token is not valid: log in again.'),

  // Does not exist, or belongs to another owner
  ACCOUNT_NOT_FOUND: error('NOT_FOUND', 'The account was deleted.'),
  SESSION_NOT_FOUND: error('NOT_FOUND', 'There is no such session: it may have ended.'),
  LIST_NOT_FOUND: error('NOT_FOUND', 'There is no such list: check its id and whether it is in the trash.'),
  TODO_NOT_FOUND: error('NOT_FOUND', 'There is no such todo: check its id and whether it is in the trash.'),
  LABEL_NOT_FOUND: error('NOT_FOUND', 'There is no such label: check its id.'),

  // Conflicts with the current state
  ID_TAKEN: error('CONFLICT', 'This id is already in use: if this was a retry, the first attempt succeeded.'),
  LABEL_EXISTS: error('CONFLICT', 'A label with this name already exists: choose another name.'),
  INBOX: error('CONFLICT', 'The Inbox cannot be archived or deleted.'),
  PARENT_DELETED: error('CONFLICT', 'The list or the parent of this todo is in the trash: restore it first.'),
  CURSOR_EXPIRED: error(
    'GONE',
    'The change log no longer goes back to this cursor: read all data again, with a new cursor.',
  ),
  VERSION_MISMATCH: error(
    'PRECONDITION_FAILED',
    'The resource has changed since you read it: read it again, then retry with its current version.',
  ),
  LIMIT_REACHED: error(
    'UNPROCESSABLE',
    'The account has the maximum number of lists or labels: delete some first.',
  ),

  // Invalid input
  VALIDATION_FAILED: error('UNPROCESSABLE', 'The input is not valid: `errors` lists the invalid fields.'),
  CURSOR_INVALID: error('MALFORMED', 'This cursor does not belong to this query: start without a cursor.'),
  MALFORMED: error('MALFORMED', 'The request is malformed: check the path, the query and the JSON body.'),

  // HTTP
  NOT_FOUND: error('NOT_FOUND', 'There is nothing at this path: check the URL.'),
  METHOD_NOT_ALLOWED: error(
    'METHOD_NOT_ALLOWED',
    'This path does not support this method: see the `Allow` header.',
  ),
  REQUEST_TIMEOUT: error('REQUEST_TIMEOUT', 'The request did not arrive in time: send it again.'),
  PAYLOAD_TOO_LARGE: error('PAYLOAD_TOO_LARGE', 'The request body is too large: send a smaller one.'),
  URI_TOO_LONG: error('URI_TOO_LONG', 'The path is too long: shorten it.'),
  UNSUPPORTED_MEDIA_TYPE: error(
    'UNSUPPORTED_MEDIA_TYPE',
    'This content type is not supported: send `application/json`.',
  ),
  REQUEST_HEADER_FIELDS_TOO_LARGE: error(
    'HEADERS_TOO_LARGE',
    'The headers and the path together are too large: shorten them.',
  ),

  // Failures of the service
  INTERNAL_SERVER_ERROR: error('INTERNAL', 'Something went wrong: report the `requestId` if it persists.'),
  TOO_BUSY: error(
    'UNAVAILABLE',
    'Too many passwords are being checked: retry after the number of seconds in `Retry-After`.',
  ),
  DATABASE_UNAVAILABLE: error(
    'UNAVAILABLE',
    'The database does not respond: retry after the number of seconds in `Retry-After`.',
  ),
} as const

export type Reason = keyof typeof ERRORS

function error<Kind extends ErrorKind>(kind: Kind, message: string) {
  return { kind, status: ERROR_KINDS[kind], message }
}
