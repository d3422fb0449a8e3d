import type { ErrorCatalogue } from '../shared/built-in-errors.ts'

/** A security scheme of OpenAPI 3.1. */
export type SecurityScheme = {
  type: 'apiKey' | 'http' | 'mutualTLS' | 'oauth2' | 'openIdConnect'
  description?: string
  /** Of an apiKey: the name of the header, the cookie or the parameter. */
  name?: string
  in?: 'header' | 'cookie' | 'query'
  /** Of http: 'bearer', 'basic'. */
  scheme?: string
  bearerFormat?: string
  flows?: Record<string, object>
  openIdConnectUrl?: string
}

export type SecurityOption = { name: string; scheme: SecurityScheme }

export type DocumentOptions = {
  title: string
  version: string
  description?: string
  /** Base of all paths, absolute or relative to the document: the prefixes that REST is served under, all of them. */
  serverUrl: string
  /** What opens `protect`ed operations; of several schemes, each alone will do. */
  security: SecurityOption | SecurityOption[]
  tags?: { name: string; description: string }[]
  contact?: { name?: string; url?: string }
  license?: { name: string; identifier?: string }
  /** Input members whose refusal is 400: those given to the plugin as `rest.malformedFields`. */
  malformedFields?: string[]
  /** Headers of every request and answer that hooks or the context read and set; what each says. */
  commonHeaders?: { name: string; request?: string; response?: string }[]
  /** The application's errors by code, with the status and the message that are sent. */
  errors?: ErrorCatalogue
  /** Codes that each operation with `protect` can send; default: UNAUTHORIZED. */
  protectedErrors?: readonly string[]
  /** Codes that every operation can send. */
  commonErrors?: readonly string[]
  /** Code of an `If-Match` that does not hold one version: the one given to the plugin as `rest.ifMatchError`. */
  ifMatchError?: string
}
