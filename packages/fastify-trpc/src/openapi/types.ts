// The parts of OpenAPI 3.1 that the corrections touch.

export type Schema = { [key: string]: unknown }

export type Header = { description?: string; schema: Schema }

export type MediaType = { schema?: Schema; [key: string]: unknown }

export type Response = {
  description: string
  headers?: Record<string, Header>
  content?: Record<string, MediaType>
}

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema?: Schema
  [key: string]: unknown
}

export type OperationObject = {
  operationId?: string
  tags?: string[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, MediaType> }
  responses: Record<string, Response>
  security?: Record<string, string[]>[]
  [key: string]: unknown
}

export type OpenApiDocument = {
  openapi: string
  info: { title: string; version: string; [key: string]: unknown }
  servers?: { url: string }[]
  tags?: { name: string; description?: string }[]
  paths: Record<string, Record<string, OperationObject>>
  components: { schemas?: Record<string, Schema>; [key: string]: unknown }
  [key: string]: unknown
}

/** A header that is a string. */
export const text = (description: string): Header => ({ description, schema: { type: 'string' } })
