import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { OpenApiDocument } from 'fastify-trpc'
import { expect } from 'vitest'
import { todoDocument } from '../../src/openapi.ts'

export const document: OpenApiDocument = todoDocument('0.0.0')

const ajv = new Ajv2020.default({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'openapi', ...document })

const reached = new Set<string>()

type Answer = { method: string; template: string; status: number; headers: Headers; body: unknown }

/** Holds an answer of the REST door against the document: status, content type, headers and body. */
export function checkAnswer({ method, template, status, headers, body }: Answer): void {
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
  const response = document.paths[template]?.[verb]?.responses[String(status)]
  expect(
    response,
    `${method} ${template} answered ${status}, which the document does not know: ${JSON.stringify(body)}`,
  ).toBeDefined()
  reached.add(`${verb} ${template} ${status}`)

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

/** What the document promises and no answer has shown. */
export function unreached(): string[] {
  const promised = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([verb, { responses }]) =>
      Object.keys(responses).map((status) => `${verb} ${template} ${status}`),
    ),
  )
  return promised.filter((entry) => !reached.has(entry))
}
