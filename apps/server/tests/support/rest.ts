import { appRouter } from '@todo/api'
import { type Operation, operationsOf } from 'fastify-trpc'
import { checkAnswer } from './contract.ts'

export const operations = new Map<string, Operation & { openapi: NonNullable<Operation['openapi']> }>(
  operationsOf(appRouter).flatMap((operation) =>
    operation.openapi ? [[operation.path, { ...operation, openapi: operation.openapi }]] : [],
  ),
)

export type RestAnswer = { status: number; headers: Headers; body: unknown }

export type RestRequest = {
  input?: Record<string, unknown> | undefined
  token?: string | undefined
  headers?: Record<string, string>
  /** Sent instead of the input's JSON. */
  rawBody?: string
  /** Appended to the URL. */
  query?: string
  method?: string
}

/** Calls an operation through REST and checks the response against the document. */
export async function rest(url: string, path: string, request: RestRequest = {}): Promise<RestAnswer> {
  const operation = operations.get(path)
  if (!operation) throw new Error(`${path} is no REST operation`)
  const { openapi, rest: meta, pathParameters } = operation
  const method = request.method ?? openapi.method
  const { [meta.ifMatch ?? '']: version, ...input } = request.input ?? {}
  const target = new URL(`${url}/api/v1${fill(openapi.path, input)}`)
  const others = Object.entries(input).filter(([name]) => !pathParameters.includes(name))
  const hasBody = ['POST', 'PATCH', 'PUT'].includes(openapi.method)
  if (!hasBody) {
    for (const [name, value] of others)
      if (value !== undefined)
        for (const item of [value].flat()) target.searchParams.append(name, String(item))
  }
  const body =
    request.rawBody ?? (hasBody && others.length > 0 ? JSON.stringify(Object.fromEntries(others)) : undefined)
  const response = await fetch(`${target.href}${request.query ?? ''}`, {
    method,
    ...(body !== undefined && { body }),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(request.token !== undefined && { authorization: `Bearer ${request.token}` }),
      ...(version !== undefined && { 'if-match': `"${version as number}"` }),
      ...request.headers,
    },
  })
  const text = await response.text()
  const answer = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  }
  if (response.status !== 405) checkAnswer({ method, template: openapi.path, ...answer })
  return answer
}

const fill = (template: string, input: Record<string, unknown>) =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])))
