import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { OpenApiDocument } from 'fastify-trpc'
import { expect } from 'vitest'
import { todoDocument } from '../../src/openapi.ts'

export const document: OpenApiDocument = todoDocument('0.0.0')

const ajv = new Ajv2020.default({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'openapi', ...document })

const PROBLEM = 'application/problem+json'

/** Responses that tests have received: `get /todos/{id} 404 TODO_NOT_FOUND`. */
const reached = new Set<string>()

type Answer = { method: string; template: string; status: number; headers: Headers; body: unknown }

/** Checks a response of REST against the document: status, content type, headers, body and error code. */
export function checkAnswer({ method, template, status, headers, body }: Answer): void {
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
  const response = document.paths[template]?.[verb]?.responses[String(status)]
  expect(
    response,
    `${method} ${template} answered ${status}, which the document does not have: ${JSON.stringify(body)}`,
  ).toBeDefined()
  const { code } = (body ?? {}) as { code?: string }
  if (code !== undefined && status >= 400) checkCode({ verb, template, status, code })
  reached.add(`${verb} ${template} ${status}${status < 400 ? '' : ` ${code}`}`)

  const required = { 201: ['location'], 401: ['www-authenticate'], 503: ['retry-after'] }[status] ?? []
  for (const name of required) expect(headers.get(name), `${name} of a ${status}`).not.toBeNull()
  if (response?.headers?.['ETag']) expect(headers.get('etag')).toMatch(/^"\d+"$/)

  const [type] = (headers.get('content-type') ?? '').split(';')
  const types = Object.keys(response?.content ?? {})
  if (method === 'HEAD' || types.length === 0) {
    expect(body, `${method} ${template} ${status} has no body`).toBeUndefined()
    return
  }
  expect(types).toContain(type)
  const pointer = ['paths', template, verb, 'responses', String(status), 'content', type ?? '', 'schema']
  const path = pointer
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/')
  const validate = ajv.compile({ $ref: `openapi#/${path}` })
  expect(
    validate(body),
    `${method} ${template} ${status}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
  ).toBe(true)
}

type SentError = { verb: string; template: string; status: number; code: string }

/** Checks that the document has this code for the operation and status. */
export function checkCode({ verb, template, status, code }: SentError): void {
  const response = document.paths[template]?.[verb]?.responses[String(status)]
  expect(codesOf(response), `${verb} ${template} ${status}`).toContain(code)
}

type Response = OpenApiDocument['paths'][string][string]['responses'][string]

/** The codes of an error response; its examples bear their names. */
export const codesOf = (response: Response | undefined) =>
  Object.keys((response?.content?.[PROBLEM]?.['examples'] as object | undefined) ?? {})

/** The responses of the document that no test has received. */
export function unreached(): string[] {
  const promised = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([verb, { responses }]) =>
      Object.entries(responses).flatMap(([status, response]) => {
        const codes = codesOf(response)
        const entry = `${verb} ${template} ${status}`
        return codes.length === 0 ? [entry] : codes.map((code) => `${entry} ${code}`)
      }),
    ),
  )
  return promised.filter((entry) => !reached.has(entry))
}
