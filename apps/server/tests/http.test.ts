import { ERRORS } from '@todo/core'
import { createTestDatabase } from '@todo/db/testing'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { PATHS } from '../src/http/paths.ts'
import { type TestServer, startServer } from './support/server.ts'
import { PASSWORD, type World, makeWorld } from './support/world.ts'

const LISTED = 'https://app.example.com'
const EXPOSED = ['etag', 'location', 'retry-after', 'x-request-id', 'www-authenticate']

const opened = new AsyncDisposableStack()
let server: TestServer
let withCors: TestServer
let inProduction: TestServer
let world: World

beforeAll(async () => {
  const database = opened.use(await createTestDatabase(inject('testServerUrl')))
  server = opened.use(await startServer(database.url))
  withCors = opened.use(await startServer(database.url, { corsOrigins: [LISTED] }))
  inProduction = opened.use(await startServer(database.url, { production: true }))
  world = await makeWorld(server.url)
})
afterAll(() => opened.disposeAsync())

const bearer = () => ({ authorization: `Bearer ${world.token}` })

/** Unlike fetch, sends the path unchanged and does not decompress the response. */
function raw(url: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      request(url, { path, headers }, (response) => {
        const { statusCode: status = 0, headers } = response
        resolve(
          response.toArray().then((chunks: Buffer[]) => ({ status, headers, body: Buffer.concat(chunks) })),
        )
      })
        .on('error', reject)
        .end()
    },
  )
}

describe('security headers', () => {
  test.each(['/health', '/api/v1/todos', '/trpc/counts.get', '/swagger-ui', '/nowhere'])(
    '%s',
    async (path) => {
      const { headers } = await fetch(`${server.url}${path}`)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-powered-by')).toBeNull()
      // HSTS from a development server would lock a browser out of every other HTTP service on localhost.
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )

  test('the content policy of data allows nothing, so a browser that renders it as a page loads and runs nothing', async () => {
    const { headers } = await fetch(`${server.url}/health`)
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
  })

  test('the content policy of pages allows only scripts of our own origin, and no inline scripts', async () => {
    const { headers } = await fetch(`${server.url}/swagger-ui`)
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
        const [name = '', ...values] = directive.trim().split(/\s+/)
        return [name, values.join(' ')]
      }),
    )
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'script-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'frame-ancestors': "'none'",
      'base-uri': "'self'",
    })
    // Over plain HTTP it would break every asset.
    expect(policy).not.toHaveProperty('upgrade-insecure-requests')
  })
})

describe('CORS', () => {
  const preflight = (url: string, origin: string) =>
    fetch(`${url}/api/v1/todos/${world.todo.id}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,content-type,if-match',
      },
    })
  const allowed = (response: Response) =>
    [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))

  test('is off in production when no origin is listed', async () => {
    for (const origin of [LISTED, 'http://localhost:5173']) {
      expect(allowed(await fetch(`${inProduction.url}/health`, { headers: { origin } }))).toEqual([])
      expect(allowed(await preflight(inProduction.url, origin))).toEqual([])
    }
  })

  test.each(['http://localhost:5173', 'http://127.0.0.1:3000', 'http://localhost'])(
    'a page on %s may call a development server',
    async (origin) => {
      const { headers } = await fetch(`${server.url}/health`, { headers: { origin } })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect((await preflight(server.url, origin)).headers.get('access-control-allow-origin')).toBe(origin)
    },
  )

  test.each([
    'http://localhost.evil.example',
    'http://localhost:5173.evil.example',
    'https://localhost:5173',
  ])('%s is not localhost', async (origin) => {
    const { headers } = await fetch(`${server.url}/health`, { headers: { origin } })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a refused origin is logged with the variable to set', async () => {
    await fetch(`${server.url}/health`, { headers: { origin: 'https://refused.example.com' } })
    expect(server.logs()).toMatch(/"origin":"https:\/\/refused\.example\.com","msg":"CORS: .*CORS_ORIGINS"/)
    await fetch(`${server.url}/health`, { headers: { origin: server.url } })
    expect(server.logs()).not.toContain(`"origin":"${server.url}"`)
  })

  test.each(['/api/v1/todos', '/trpc/counts.get', '/api/v1/nowhere'])(
    'a listed origin may read %s, with credentials',
    async (path) => {
      const { headers } = await fetch(`${withCors.url}${path}`, { headers: { origin: LISTED, ...bearer() } })
      expect(headers.get('access-control-allow-origin')).toBe(LISTED)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      const exposed = (headers.get('access-control-expose-headers') ?? '')
        .split(',')
        .map((name) => name.trim())
      expect(exposed).toEqual(expect.arrayContaining(EXPOSED))
      expect(headers.get('vary')).toMatch(/\borigin\b/i)
    },
  )

  test.each([
    'https://evil.example.com',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
  ])('%s gets no CORS headers', async (origin) => {
    const { headers } = await fetch(`${withCors.url}/health`, { headers: { origin } })
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect((await preflight(withCors.url, origin)).headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a preflight lets a listed origin send PATCH with If-Match', async () => {
    const response = await preflight(withCors.url, LISTED)
    expect(response.status).toBe(204)
    const list = (name: string) => (response.headers.get(name) ?? '').toLowerCase().split(/,\s*/)
    expect(response.headers.get('access-control-allow-origin')).toBe(LISTED)
    expect(list('access-control-allow-methods')).toContain('patch')
    expect(list('access-control-allow-headers')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match']),
    )
    expect(response.headers.get('access-control-max-age')).toBe('600')
  })
})

describe('compression', () => {
  const LONG = 'It is long. '.repeat(200)
  const createLongOne = (headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/v1/todos`, {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ title: 'A long one', description: LONG }),
    })

  test.each(['br', 'gzip'])('large JSON is compressed: %s', async (encoding) => {
    const answer = await raw(server.url, '/api-doc/openapi.json', { 'accept-encoding': encoding })
    expect(answer.headers['content-encoding']).toBe(encoding)
    expect(answer.headers['vary']).toMatch(/accept-encoding/i)
    const plain = await raw(server.url, '/api-doc/openapi.json', { 'accept-encoding': 'identity' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(answer.body.length).toBeLessThan(plain.body.length / 4)
  })

  test.each(['/api/v1/todos', '/trpc/todos.list?input=%7B%7D'])(
    'a read is, on REST and RPC: %s',
    async (path) => {
      await createLongOne()
      const { headers } = await raw(server.url, path, { ...bearer(), 'accept-encoding': 'br' })
      expect(headers['content-encoding']).toBe('br')
    },
  )

  test('responses to writes are not compressed', async () => {
    const response = await createLongOne({ 'accept-encoding': 'br, gzip' })
    expect(response.status).toBe(201)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.json()).toMatchObject({ description: LONG })
  })

  test('small responses are not compressed', async () => {
    const { headers } = await raw(server.url, '/health', { 'accept-encoding': 'br, gzip' })
    expect(headers['content-encoding']).toBeUndefined()
  })
})

describe('Cache-Control', () => {
  test.each(['/api/v1/todos', '/api/v1/me', '/trpc/counts.get', '/api/v1/nowhere'])(
    'what is read with a token stays out of shared caches: %s',
    async (path) => {
      const { headers } = await fetch(`${server.url}${path}`, { headers: bearer() })
      expect(headers.get('cache-control')).toBe('private, no-cache')
    },
  )

  test.each([
    ['/api/v1/auth/log-in', () => ({ email: world.email, password: PASSWORD, mode: 'body' })],
    ['/trpc/auth.logIn', () => ({ email: world.email, password: PASSWORD, mode: 'body' })],
    [
      '/trpc/counts.get,auth.logIn?batch=1',
      () => ({ 1: { email: world.email, password: PASSWORD, mode: 'body' } }),
    ],
    ['/api/v1/auth/log-in', () => ({ email: world.email, password: 'not this one', mode: 'body' })],
  ])('responses with tokens are not stored: %s', async (path, body) => {
    const { headers } = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body()),
    })
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('entry points', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  test('/ shows a page in a browser, and all its links work', async () => {
    const response = await fetch(server.url, { headers: browser })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
    const html = await response.text()
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => new URL(href, response.url))
    expect(links).toHaveLength(3)
    for (const link of links) expect((await fetch(link)).status, link.pathname).toBe(200)
    expect(html).toContain('demo@example.com')
    const inPublic = await (await fetch(inProduction.url, { headers: browser })).text()
    expect(inPublic).not.toContain('demo@example.com')
  })

  test.each(['/docs', '/api/v1', '/api/v1/'])('%s redirects a browser to Swagger UI', async (path) => {
    const response = await fetch(`${server.url}${path}`, { headers: browser })
    expect(response.status).toBe(200)
    expect(new URL(response.url).pathname).toBe(PATHS.docs)
  })

  test.each([
    ['/nothing', 'NOT_FOUND'],
    ['/api/v1/nothing', 'NOT_FOUND'],
    ['/api/v1/auth/log-in', 'METHOD_NOT_ALLOWED'],
  ] as const)('GET %s is %s, with the message of the catalogue', async (path, code) => {
    const response = await fetch(`${server.url}${path}`)
    const { status, message: detail } = ERRORS[code]
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code, status, detail })
  })

  test.each(['/', '/api/v1', '/api/v1/'])('%s sends links as JSON to other clients', async (path) => {
    const response = await fetch(`${server.url}${path}`)
    const { docs, openapi, health } = (await response.json()) as Record<string, string>
    for (const link of [docs, openapi, health])
      expect((await fetch(`${server.url}${link}`)).status, link).toBe(200)
  })
})

describe('Swagger UI', () => {
  test('shows our name and no other brand', async () => {
    expect(await (await fetch(`${server.url}/swagger-ui`)).text()).toContain('<title>Todo API</title>')
    const code = await (await fetch(`${server.url}/swagger-ui/static/swagger-initializer.js`)).text()
    // StandaloneLayout would show the bar with Swagger's logo.
    expect(code).toContain('"layout":"BaseLayout"')
  })

  test.each(['/swagger-ui', '/swagger-ui/'])('%s serves the page and everything it loads', async (path) => {
    const response = await fetch(`${server.url}${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const html = await response.text()
    for (const [, attributes = '', code = ''] of html.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gs)) {
      expect(attributes).toContain('src=')
      expect(code.trim()).toBe('')
    }
    expect(html).not.toMatch(/\son\w+=|javascript:/i)
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, href = '']) => new URL(href, response.url),
    )
    expect(assets.length).toBeGreaterThan(5)
    for (const asset of assets) {
      expect(asset.origin).toBe(server.url)
      const loaded = await fetch(asset)
      expect(loaded.status, asset.pathname).toBe(200)
      expect((await loaded.arrayBuffer()).byteLength).toBeGreaterThan(100)
    }
  })

  test('shows the OpenAPI document of the service', async () => {
    const response = await fetch(`${server.url}/api-doc/openapi.json`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const document = (await response.json()) as { openapi: string }
    expect(document.openapi).toMatch(/^3\.1/)
    const shown = await (await fetch(`${server.url}/swagger-ui/json`)).json()
    expect(shown).toEqual(document)
  })

  test('files have a Content-Length and give 304 if they have not changed', async () => {
    const path = '/swagger-ui/static/swagger-ui.css'
    const url = `${server.url}${path}`
    const whole = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
    const { byteLength } = await whole.arrayBuffer()
    // Not with fetch, which adds `Cache-Control: no-cache` to conditional requests.
    const known = await raw(server.url, path, { 'if-none-match': whole.headers.get('etag') ?? '' })
    expect(known.status).toBe(304)
    const head = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(String(byteLength))
    const part = await fetch(url, { headers: { range: 'bytes=0-99', 'accept-encoding': 'identity' } })
    expect(part.status).toBe(206)
    expect((await part.arrayBuffer()).byteLength).toBe(100)
  })

  test('a missing file gives a problem document', async () => {
    const response = await fetch(`${server.url}/swagger-ui/static/nothing.js`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  })
})

describe('URLs that are malformed or too long', () => {
  test.each([
    ['/api/v1/%zz', 400],
    ['/%', 400],
    ['/api/v1/todos/%ff', 400],
    ['/trpc/%E0%A4%A', 400],
    [`/api/v1/todos/${'x'.repeat(6_000)}`, 414],
    [`/api/v1/${'x'.repeat(12_000)}`, 404],
    [`/api/v1/${'x'.repeat(20_000)}`, 431],
    [`/api/v1/todos?text=${'x'.repeat(20_000)}`, 431],
  ])('%.30s gives %i', async (path, status) => {
    const answer = await raw(server.url, path)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      type: 'about:blank',
      status,
      code: expect.stringMatching(/^[A-Z_]+$/),
      detail: expect.any(String),
      requestId: answer.headers['x-request-id'],
    })
  })

  test('bytes that are not HTTP give a problem document, too', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.end('HELLO\r\n\r\n')
    const answer = Buffer.concat((await socket.toArray()) as Buffer[]).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('content-type: application/problem+json')
  })
})
