import type { AnyTRPCRouter } from '@trpc/server'
import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { DocumentOptions } from './openapi.ts'
import type {
  Header,
  OpenApiDocument,
  OperationObject,
  Parameter,
  Response,
  Schema,
} from './openapi-types.ts'
import { type Operation, isVoid, operationsOf } from './procedures.ts'

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

const PROBLEM: Schema = {
  type: 'object',
  description: 'What went wrong (RFC 9457)',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', examples: ['about:blank'] },
    title: { type: 'string', examples: ['Not Found'] },
    status: { type: 'integer', examples: [404] },
    detail: { type: 'string', description: 'For people', examples: ['There is no such resource.'] },
    instance: { type: 'string', format: 'uri-reference', description: 'The path that was asked' },
    code: { type: 'string', description: 'For programs: stable, upper case', examples: ['NOT_FOUND'] },
    requestId: { type: 'string', description: 'Names the request in the logs' },
    errors: {
      type: 'array',
      description: 'Which members of the input are wrong',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string', description: 'Member, with dots between levels', examples: ['due.date'] },
          message: { type: 'string' },
        },
      },
    },
  },
}

/** The generator's document, with the statuses, headers, security and error bodies that are really served. */
export function correctDocument(
  document: OpenApiDocument,
  router: AnyTRPCRouter,
  options: DocumentOptions,
): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const operation of operationsOf(router)) {
    const { openapi } = operation
    if (!openapi) continue
    const method = openapi.method.toLowerCase()
    const generated = document.paths[openapi.path]?.[method]
    if (!generated) throw new Error(`the generator left out ${openapi.method} ${openapi.path}`)
    paths[openapi.path] = {
      ...paths[openapi.path],
      [method]: correctOperation(generated, operation, options),
    }
  }
  const { tags, contact, license, serverUrl, security } = options
  return {
    openapi: '3.1.0',
    info: { ...document.info, ...(contact && { contact }), ...(license && { license }) },
    servers: [{ url: serverUrl }],
    ...(tags && { tags }),
    paths,
    components: {
      schemas: { ...withoutErrors(document.components.schemas), Problem: PROBLEM },
      securitySchemes: { [security.name]: security.scheme },
    },
  }
}

function withoutErrors(schemas: Record<string, Schema> = {}): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => !name.startsWith('error.')))
}

function correctOperation(
  generated: OperationObject,
  operation: Operation,
  options: DocumentOptions,
): OperationObject {
  const { openapi, path, rest } = operation
  const { requestBody, parameters, responses, security: _, ...others } = generated
  const body = requestBody && bodyOf(requestBody, operation)
  const all = [
    ...(parameters ?? []).filter(({ name }) => name !== rest.ifMatch),
    ...headerParameters(operation),
  ]
  return {
    ...others,
    operationId: path.replaceAll(/\.(\w)/g, (__, letter: string) => letter.toUpperCase()),
    ...(all.length > 0 && { parameters: all }),
    ...(body && { requestBody: body }),
    responses: {
      ...successOf(responses, operation),
      ...errorsOf(operation, { hasBody: openapi?.method !== 'GET', ...options }),
    },
    security: openapi?.protect ? [{ [options.security.name]: [] }] : [],
  }
}

function bodyOf(requestBody: NonNullable<OperationObject['requestBody']>, { rest }: Operation) {
  const json = requestBody.content['application/json']
  if (!json) return requestBody
  const schema = rest.ifMatch === undefined ? json.schema : withoutMember(json.schema, rest.ifMatch)
  const properties = schema?.['properties']
  // What is left when path and headers hold every member: nothing needs to be sent.
  if (properties !== undefined && Object.keys(properties as object).length === 0) return undefined
  const media = { ...json, ...(schema && { schema }) }
  return {
    ...requestBody,
    required: Array.isArray(schema?.['required']) && schema['required'].length > 0,
    content: { 'application/json': media, ...(rest.mergePatch && { 'application/merge-patch+json': media }) },
  }
}

function withoutMember(schema: Schema | undefined, name: string): Schema | undefined {
  if (!schema || typeof schema['properties'] !== 'object') return schema
  const { [name]: _, ...properties } = schema['properties'] as Record<string, Schema>
  const required = (schema['required'] as string[] | undefined)?.filter((member) => member !== name)
  return { ...schema, properties, ...(required && { required }) }
}

function isOptional(member: z.core.$ZodType | undefined): boolean {
  return member?._zod.optin === 'optional'
}

function headerParameters({ rest, openapi, input }: Operation): Parameter[] {
  const parameters: Parameter[] = []
  if (rest.ifMatch !== undefined) {
    parameters.push({
      name: 'If-Match',
      in: 'header',
      required: !isOptional(input?.shape[rest.ifMatch]),
      description: 'Write only if this is still the ETag; otherwise 412',
      schema: { type: 'string', examples: ['"1"'] },
    })
  }
  if (rest.etag !== undefined && openapi?.method === 'GET') {
    parameters.push({
      name: 'If-None-Match',
      in: 'header',
      required: false,
      description: 'Answer 304 if this still is the ETag',
      schema: { type: 'string', examples: ['"1"'] },
    })
  }
  return parameters
}

const text = (description: string): Header => ({ description, schema: { type: 'string' } })

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

type ErrorOptions = Pick<DocumentOptions, 'malformedFields' | 'commonErrors'> & { hasBody: boolean }

function errorsOf(operation: Operation, { malformedFields = [], commonErrors = [], hasBody }: ErrorOptions) {
  const { openapi, input, pathParameters, rest } = operation
  const members = Object.keys(input?.shape ?? {})
  const takesInput = members.some((name) => !pathParameters.includes(name) && name !== rest.ifMatch)
  const malformed =
    hasBody || pathParameters.length > 0 || members.some((name) => malformedFields.includes(name))
  const derived: { status: number; code?: string; description: string; when: boolean }[] = [
    {
      status: 400,
      description: 'The request is malformed: the body is not JSON, or an id or cursor is none',
      when: malformed,
    },
    { status: 401, description: 'There is no valid access token', when: openapi?.protect === true },
    {
      status: 404,
      description: 'There is no such resource, or it belongs to somebody else',
      when: pathParameters.length > 0,
    },
    { status: 412, description: 'If-Match names another version', when: rest.ifMatch !== undefined },
    { status: 413, description: 'The body is too large', when: hasBody },
    { status: 415, description: 'The body is not of a content type that this takes', when: hasBody },
    {
      status: 422,
      description: 'The input breaks a rule; `errors` names the members',
      when: takesInput || pathParameters.length > 0,
    },
  ]
  const listed = [...derived.filter(({ when }) => when), ...(rest.errors ?? []), ...commonErrors]
  const byStatus = Map.groupBy(listed, ({ status }) => status)
  return Object.fromEntries([...byStatus].map(([status, errors]) => [status, errorResponse(status, errors)]))
}

function errorResponse(status: number, errors: { code?: string; description: string }[]): Response {
  const descriptions = errors.map(({ code, description }) =>
    code === undefined ? description : `${description} (\`${code}\`)`,
  )
  const headers: Record<string, Header> = {
    ...(status === 401 && { 'WWW-Authenticate': text('The challenge (RFC 6750)') }),
    ...((status === 429 || status === 503) && {
      'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' } },
    }),
    ...(status === 415 && {
      'Accept-Post': text('What a POST takes'),
      'Accept-Patch': text('What a PATCH takes'),
    }),
  }
  return {
    description: [...new Set(descriptions)].join('; '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { 'application/problem+json': { schema: PROBLEM_REF } },
  }
}
