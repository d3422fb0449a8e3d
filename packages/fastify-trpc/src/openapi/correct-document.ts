import type { AnyTRPCRouter } from '@trpc/server'
import { STATUS_CODES } from 'node:http'
import type { DocumentOptions } from './options.ts'
import { type Catalogue, catalogueOf, codesOf } from './catalogue.ts'
import { errorsOf } from './errors.ts'
import { problemSchema } from './problem-schema.ts'
import { bodyOf, parametersOf } from './request.ts'
import {
  type Header,
  type OpenApiDocument,
  type OperationObject,
  type Parameter,
  type Response,
  type Schema,
  text,
} from './types.ts'
import { type Operation, isVoid, operationsOf } from '../shared/operations.ts'

/** The generator's document, with the statuses, headers, security and error bodies that are really served. */
export function correctDocument(
  document: OpenApiDocument,
  router: AnyTRPCRouter,
  options: DocumentOptions,
): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  const catalogue = catalogueOf(options)
  const codes = new Set(catalogue.codes)
  for (const operation of operationsOf(router)) {
    const { openapi } = operation
    if (!openapi) continue
    for (const code of codesOf(operation, options)) codes.add(code)
    const method = openapi.method.toLowerCase()
    const generated = document.paths[openapi.path]?.[method]
    if (!generated) throw new Error(`the generator left out ${openapi.method} ${openapi.path}`)
    paths[openapi.path] = {
      ...paths[openapi.path],
      [method]: correctOperation(generated, operation, { ...options, catalogue }),
    }
  }
  const { tags, contact, license, serverUrl } = options
  return {
    openapi: '3.1.0',
    info: { ...document.info, ...(contact && { contact }), ...(license && { license }) },
    servers: [{ url: serverUrl }],
    ...(tags && { tags }),
    paths,
    components: {
      schemas: { ...withoutErrors(document.components.schemas), Problem: problemSchema([...codes]) },
      securitySchemes: securitySchemesOf(options),
    },
  }
}

export function securitySchemesOf({ security }: Pick<DocumentOptions, 'security'>) {
  return Object.fromEntries([security].flat().map(({ name, scheme }) => [name, scheme]))
}

function withoutErrors(schemas: Record<string, Schema> = {}): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.startsWith('error.')))
}

function correctOperation(
  generated: OperationObject,
  operation: Operation,
  { catalogue, ...options }: DocumentOptions & { catalogue: Catalogue },
): OperationObject {
  const { openapi, path } = operation
  const { requestBody, responses: __, parameters: _, security: ___, summary = path, ...others } = generated
  const body = requestBody && bodyOf(requestBody, operation)
  const all = [...parametersOf(generated, operation), ...commonParameters(options)]
  const responses = {
    ...successOf(generated.responses, operation),
    ...errorsOf(operation, catalogue, options),
  }
  return {
    ...others,
    summary,
    operationId: openapi?.operationId ?? camelCase(path),
    ...(all.length > 0 && { parameters: all }),
    ...(body && { requestBody: body }),
    responses: withCommonHeaders(responses, options),
    // Each scheme alone will do.
    security: openapi?.protect ? [options.security].flat().map(({ name }) => ({ [name]: [] })) : [],
  }
}

function commonParameters({ commonHeaders = [] }: DocumentOptions): Parameter[] {
  return commonHeaders
    .filter(({ request }) => request !== undefined)
    .map(({ name, request }) => ({
      name,
      in: 'header',
      required: false,
      description: request,
      schema: { type: 'string' },
    }))
}

function withCommonHeaders(
  responses: Record<string, Response>,
  { commonHeaders = [] }: DocumentOptions,
): Record<string, Response> {
  const common = commonHeaders.flatMap(({ name, response }) =>
    response === undefined ? [] : [[name, text(response)] as const],
  )
  if (common.length === 0) return responses
  const added = Object.fromEntries(common)
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: { ...response.headers, ...added } },
    ]),
  )
}

const camelCase = (path: string) => path.replaceAll(/\.(\w)/g, (_, letter: string) => letter.toUpperCase())

function successOf(generated: Record<string, Response>, operation: Operation): Record<string, Response> {
  const { rest, openapi } = operation
  const status = rest.status ?? (isVoid(operation) ? 204 : 200)
  const headers: Record<string, Header> = {
    ...(rest.etag !== undefined && { ETag: text('The version') }),
    ...(rest.location !== undefined && { Location: text('Where it is') }),
  }
  const content = generated['200']?.content
  const success: Response = {
    description: openapi?.successDescription ?? STATUS_CODES[status] ?? 'Success',
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(status !== 204 && content && { content }),
  }
  const cached = rest.etag !== undefined && openapi?.method === 'GET'
  return {
    [status]: success,
    ...(cached && {
      304: {
        description: 'It still is the version of If-None-Match',
        headers: { ETag: text('The version') },
      },
    }),
  }
}
