import type { ErrorCatalogue } from '../shared/built-in-errors.ts'

/** A security scheme of OpenAPI 3.1. */
export type SecurityScheme = {
  type: 'apiKey' | 'http' | 'mutualTLS' | 'oauth2' | 'openIdConnect'
  description?: string
  /** For apiKey: the name of the header, cookie or query parameter. */
  name?: string
  in?: 'header' | 'cookie' | 'query'
  /** For http: 'bearer' or 'basic'. */
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
  /** Base of all paths, absolute or relative to the document, with all prefixes of REST. */
  serverUrl: string
  /** The schemes of operations with `protect`. Any one of them is enough. */
  security: SecurityOption | SecurityOption[]
  /** More schemes, for the operations that name them in `openapi.security`. */
  otherSecurity?: SecurityOption[]
  tags?: { name: string; description: string }[]
  contact?: { name?: string; url?: string }
  license?: { name: string; identifier?: string }
  /** The plugin's `rest.malformedFields`. */
  malformedFields?: string[]
  /** Headers that every request may have (described by `request`) or every response has (described by `response`). */
  commonHeaders?: { name: string; request?: string; response?: string }[]
  /** The application's errors by code; give the plugin the same as `rest.errors`. */
  errors?: ErrorCatalogue
  /** Codes that each operation with `protect` can send; default: UNAUTHORIZED. */
  protectedErrors?: readonly string[]
  /** Codes that every operation can send. */
  commonErrors?: readonly string[]
  /** The plugin's `rest.ifMatchError`. */
  ifMatchError?: string
}
