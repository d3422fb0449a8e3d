import { initTRPC } from '@trpc/server'
import { type FastifyReply, fastify } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { type OpenApiMeta, fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'

const t = initTRPC.meta<OpenApiMeta>().create({ isDev: false })

test('a client that disconnects during createContext aborts the procedure', async () => {
  const client = new AbortController()
  const aborted = Promise.withResolvers<boolean | undefined>()
  const router = t.router({
    wait: t.procedure
      .meta({ openapi: { method: 'GET', path: '/wait' } })
      .output(z.unknown())
      .query(({ signal }) => aborted.resolve(signal?.aborted)),
  })
  const closed = async ({ raw }: FastifyReply) => {
    while (!raw.closed) await pause(5)
  }
  await using app = fastify()
  await app.register(fastifyTrpc<typeof router>, {
    router,
    async createContext({ reply }) {
      client.abort()
      await closed(reply)
      return {}
    },
  })
  const answer = fetch(`${await listen(app)}/api/wait`, { signal: client.signal })
  await expect(answer).rejects.toThrow('aborted')
  expect(await aborted.promise).toBe(true)
})
