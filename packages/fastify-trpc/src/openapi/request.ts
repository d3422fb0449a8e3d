import type * as z from 'zod'
import type { OperationObject, Parameter, Schema } from './types.ts'
import { type Operation, isStrict } from '../shared/operations.ts'
import { MERGE_PATCH } from '../rest/content-types.ts'
import { headerMembers } from '../rest/read-input.ts'

type RequestBody = NonNullable<OperationObject['requestBody']>

/** The request body, without members of the path and of headers; undefined if nothing is left. */
export function bodyOf(requestBody: RequestBody, operation: Operation): RequestBody | undefined {
  const { rest, input } = operation
  const json = requestBody.content['application/json']
  if (!json) return requestBody
  const schema = headerMembers(operation).reduce(withoutMember, json.schema)
  const properties = schema?.['properties']
  if (properties !== undefined && Object.keys(properties as object).length === 0) return undefined
  // For schemas with refinements, the generator forgets that they are strict.
  const strict = input && isStrict(input) && { additionalProperties: false }
  // The generator drops the example of the whole input.
  const example = input?.meta()?.['example']
  const media = {
    ...json,
    ...(schema && { schema: { ...schema, ...strict } }),
    ...(example !== undefined && { example }),
  }
  return {
    ...requestBody,
    required: Array.isArray(schema?.['required']) && schema['required'].length > 0,
    content: { 'application/json': media, ...(rest.mergePatch && { [MERGE_PATCH]: media }) },
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

/** Restores the description, which the generator drops when it unwraps optional members. */
function described(parameter: Parameter, input: z.ZodObject | undefined): Parameter {
  const member = input?.shape[parameter.name] as z.ZodType | undefined
  const { description: ofSchema, ...schema } = parameter.schema ?? {}
  const description = member?.meta()?.description ?? parameter['description'] ?? ofSchema
  return { ...parameter, ...(description !== undefined && { description }), schema }
}

/** Path, query and header parameters. A member that a header fills is a header parameter only. */
export function parametersOf(generated: OperationObject, operation: Operation): Parameter[] {
  const { rest, openapi, input } = operation
  const { parameters = [], requestBody } = generated
  const fromHeaders = headerMembers(operation)
  const properties = requestBody?.content['application/json']?.schema?.['properties'] as
    | Record<string, Schema>
    | undefined
  const schemaOf = (member: string) =>
    parameters.find(({ name }) => name === member)?.schema ?? properties?.[member] ?? { type: 'string' }
  const headers = Object.entries(rest.headers ?? {}).map(([name, member]): Parameter => {
    const { description: ofSchema, ...schema } = schemaOf(member)
    const description = (input?.shape[member] as z.ZodType | undefined)?.meta()?.description ?? ofSchema
    const required = !isOptional(input?.shape[member])
    return { name, in: 'header', required, ...(description !== undefined && { description }), schema }
  })
  const ifMatch: Parameter = {
    name: 'If-Match',
    in: 'header',
    required: rest.ifMatch !== undefined && !isOptional(input?.shape[rest.ifMatch]),
    description: 'Write only if this is the current ETag; otherwise 412',
    schema: { type: 'string', examples: ['"1"'] },
  }
  const ifNoneMatch: Parameter = {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'Respond with 304 if this is the current ETag',
    schema: { type: 'string', examples: ['"1"'] },
  }
  return [
    ...parameters
      .filter(({ in: place, name }) => place === 'header' || !fromHeaders.includes(name))
      .map((parameter) => described(parameter, input)),
    ...headers,
    ...(rest.ifMatch === undefined ? [] : [ifMatch]),
    ...(rest.etag === undefined || openapi?.method !== 'GET' ? [] : [ifNoneMatch]),
  ]
}
