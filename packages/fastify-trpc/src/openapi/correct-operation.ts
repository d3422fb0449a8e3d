import type { Operation } from '../shared/operations.ts'
import type { Catalogue } from './catalogue.ts'
import { errorsOf } from './errors.ts'
import type { DocumentOptions } from './options.ts'
import { bodyOf, parametersOf } from './request.ts'
import { securityOf } from './security.ts'
import { successOf } from './success.ts'
import { type OperationObject, type Parameter, type Response, type Schema, text } from './types.ts'

type Surroundings = { options: DocumentOptions; catalogue: Catalogue; schemas: Record<string, Schema> }

/** Corrects one operation of the generated document. */
export function correctOperation(
  generated: OperationObject,
  operation: Operation,
  { options, catalogue, schemas }: Surroundings,
): OperationObject {
  const { openapi, path } = operation
  const { requestBody, responses: __, parameters: _, security: ___, summary = path, ...others } = generated
  const body = requestBody && bodyOf(requestBody, operation)
  const parameters = [...parametersOf(generated, operation), ...commonParameters(options)]
  const responses = {
    ...successOf(generated.responses, operation, schemas),
    ...errorsOf(operation, catalogue, options),
  }
  return {
    ...others,
    summary,
    operationId: openapi?.operationId ?? camelCase(path),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: withCommonHeaders(responses, options),
    security: securityOf(operation, options),
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
