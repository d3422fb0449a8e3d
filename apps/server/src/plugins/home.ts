import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { homePage } from '../http/home-page.ts'
import { API_PREFIX } from '../http/rest-options.ts'
import { DEMO } from '../lifecycle/seed-demo.ts'
import { VERSION } from '../version.ts'

const DOCS = '/swagger-ui'
const LINKS = {
  name: 'Todo',
  version: VERSION,
  docs: DOCS,
  openapi: '/api-doc/openapi.json',
  rest: API_PREFIX,
  rpc: '/trpc',
  health: '/health',
}

/** Entry points for people and programs that only know the address: /, /docs and the root of the REST API. */
export const home = fp<{ production: boolean }>(
  async (app, { production }) => {
    const page = homePage(LINKS, production ? undefined : DEMO)

    app.get('/', (request, reply) => {
      reply.header('vary', 'accept')
      if (!isBrowser(request)) return reply.send(LINKS)
      app.pageHeaders(request, reply, () => undefined)
      return reply.type('text/html; charset=utf-8').send(page)
    })
    app.get('/docs', (_, reply) => reply.redirect(DOCS))
    const apiRoot = (request: FastifyRequest, reply: FastifyReply) => {
      reply.header('vary', 'accept')
      return isBrowser(request) ? reply.redirect(DOCS) : reply.send(LINKS)
    }
    for (const path of [API_PREFIX, `${API_PREFIX}/`]) app.get(path, apiRoot)
  },
  { name: 'home', dependencies: ['security-headers'] },
)

const isBrowser = ({ headers }: FastifyRequest) => headers.accept?.includes('text/html') ?? false
