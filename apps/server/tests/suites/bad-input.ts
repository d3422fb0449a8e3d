import { appRouter } from '@todo/api'
import type { Database } from '@todo/db'
import { beforeAll, describe, expect, test } from 'vitest'
import { badInputs } from '../support/bad-inputs.ts'
import { digest } from '../support/digest.ts'
import { type RestRequest, operations, rest } from '../support/rest.ts'
import { type RpcError, type RpcRequest, checkRpcError, rpc } from '../support/rpc.ts'
import { badTokens } from '../support/tokens.ts'
import { SAMPLES, type World, makeWorld } from '../support/world.ts'

type Suite = { url: string; pool: Database['pool']; logs: () => string }
type Problem = { code: string; detail: string }

const OVERSIZE = JSON.stringify({ title: 'x'.repeat(1_100_000) })
const DEEP = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`

export function badInputSuite(suite: () => Suite): void {
  describe('bad input', () => {
    let world: World
    let stranger: World
    beforeAll(async () => {
      ;[world, stranger] = await Promise.all([makeWorld(suite().url), makeWorld(suite().url)])
    })

    test('has a sample input for every operation of the router', () => {
      expect(Object.keys(SAMPLES).sort()).toEqual(Object.keys(appRouter._def.procedures).sort())
    })

    for (const path of operations.keys()) {
      test(`REST ${path}`, async () => {
        const { url, pool } = suite()
        const before = await digest(pool)
        for (const { name, status, ...request } of badRequests(path, world, stranger)) {
          const answer = await rest(url, path, { token: world.token, ...request })
          expect(answer.status, `${path}, ${name}: ${JSON.stringify(answer.body)}`).toBe(status)
          expectHarmless(answer.body as Problem, name)
        }
        expect(await digest(pool), 'nothing is written').toBe(before)
      })

      test(`RPC ${path}`, async () => {
        const { url, pool } = suite()
        const before = await digest(pool)
        for (const { name, status, ...request } of badCalls(path, world, stranger)) {
          const answer = await rpc(url, path, { token: world.token, ...request })
          expect(answer.status, `${path}, ${name}: ${JSON.stringify(answer.body)}`).toBe(status)
          const { message, data } = (answer.body as { error: RpcError }).error
          expect(data.httpStatus).toBe(status)
          if (data.status !== 405) checkRpcError(path, data)
          expectHarmless({ code: data.reason, detail: message }, name)
        }
        expect(await digest(pool), 'nothing is written').toBe(before)
      })
    }

    test('the server still runs, and its log contains no secrets, no SQL and no stacks of expected errors', async () => {
      const { url, logs } = suite()
      expect((await fetch(`${url}/health`)).status).toBe(200)
      const text = logs()
      expect(text).toContain('"endpoint":"/api/v1/todos/{id}"')
      for (const secret of [world.token, world.refreshToken, 'correct horse', 'correct\\u0000horse'])
        expect(text).not.toContain(secret)
      expect(text).not.toMatch(/SELECT |INSERT |\bat \S+ \(|stack/)
    })
  })
}

/** The code is stable, and the message reveals nothing of the implementation. */
function expectHarmless({ code, detail }: Problem, name: string): void {
  expect(code, name).toMatch(/^[A-Z][A-Z_]+$/)
  expect(detail, name).not.toMatch(/prisma|postgres|select |zod|node_modules|\.ts:/i)
}

type BadRequest = RestRequest & { name: string; status: number }

function badRequests(path: string, world: World, stranger: World): BadRequest[] {
  const operation = operations.get(path)!
  const { openapi, pathParameters, input: schema, rest: meta } = operation
  const input = SAMPLES[path]!(world)
  const isGet = openapi.method === 'GET'
  const requests: BadRequest[] = badInputs(path, input)
  const add = (name: string, status: number, request: RestRequest) =>
    requests.push({ name, status, input, ...request })

  if (openapi.protect) {
    requests.push({ name: 'no token', status: 401, input, token: undefined })
    for (const [name, token] of Object.entries(badTokens(world.token))) add(`token: ${name}`, 401, { token })
    add('basic authentication', 401, { headers: { authorization: 'Basic YTpi' } })
  }
  if (!isGet) {
    add('malformed JSON', 400, { rawBody: '{"title":' })
    add('prototype pollution', 400, { rawBody: '{"__proto__":{"admin":true}}' })
    add('wrong content type', 415, { rawBody: 'title=x', headers: { 'content-type': 'text/plain' } })
    add('a body too large', 413, { rawBody: OVERSIZE })
  }
  if (!isGet && openapi.method !== 'DELETE' && schema) {
    add('an array', 422, { rawBody: '[]' })
    add('100 000 levels of JSON', 422, { rawBody: DEEP })
  }
  const takes = [...operations.values()].filter((other) => other.openapi.path === openapi.path)
  const wrongMethod = ['PUT', 'PATCH', 'DELETE', 'GET'].find(
    (method) => !takes.some((other) => other.openapi.method === method),
  )!
  add('wrong method', 405, {
    method: wrongMethod,
    ...(wrongMethod === 'GET' && { rawBody: undefined as never }),
  })
  if (pathParameters.length > 0) {
    add("another's resource", 404, { token: stranger.token })
    add('no such resource', 404, { input: { ...input, id: '01900000-0000-7000-8000-000000000000' } })
  }
  if (meta.ifMatch !== undefined) {
    add('an old version', 412, { input: { ...input, ifVersion: 999 } })
    add('no version', 412, { headers: { 'if-match': 'seven' } })
  }
  return requests
}

type Call = RpcRequest & { name: string; status: number }

function badCalls(path: string, world: World, stranger: World): Call[] {
  const { openapi, pathParameters, type, input: schema, rest: meta } = operations.get(path)!
  const input = SAMPLES[path]!(world)
  const calls: Call[] = badInputs(path, input).map((bad) => ({ ...bad, status: 400 }))
  if (openapi.protect) {
    calls.push({ name: 'no token', status: 401, input, token: undefined })
    for (const [name, token] of Object.entries(badTokens(world.token)))
      calls.push({ name: `token: ${name}`, status: 401, input, token })
  }
  if (type === 'mutation') {
    // A procedure without an input does not read the body, as with tRPC's own adapters.
    if (schema) calls.push({ name: 'malformed JSON', status: 400, rawBody: '{"title":' })
    calls.push({ name: 'wrong content type', status: 415, rawBody: 'x', contentType: 'text/plain' })
    calls.push({ name: 'a body too large', status: 413, rawBody: OVERSIZE })
  }
  calls.push({ name: 'wrong method', status: 405, input, method: type === 'mutation' ? 'GET' : 'POST' })
  if (pathParameters.length > 0) {
    calls.push({ name: "another's resource", status: 404, input, token: stranger.token })
  }
  if (meta.ifMatch !== undefined)
    calls.push({ name: 'an old version', status: 412, input: { ...input, ifVersion: 999 } })
  return calls
}
