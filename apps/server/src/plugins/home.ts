import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { homePage } from '../http/home-page.ts'
import { PATHS } from '../http/paths.ts'
import { DEMO } from '../lifecycle/seed-demo.ts'
import { VERSION } from '../version.ts'

const LINKS = { name: 'Todo', version: VERSION, ...PATHS }

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
    app.get('/docs', (_, reply) => reply.redirect(PATHS.docs))
    const apiRoot = (request: FastifyRequest, reply: FastifyReply) => {
      reply.header('vary', 'accept')
      return isBrowser(request) ? reply.redirect(PATHS.docs) : reply.send(LINKS)
    }
    for (const path of [PATHS.rest, `${PATHS.rest}/`]) app.get(path, apiRoot)
  },
  { name: 'home', dependencies: ['security-headers'] },
)

const isBrowser = ({ headers }: FastifyRequest) => headers.accept?.includes('text/html') ?? false
