import { ERRORS } from '@todo/core'
import { describe, expect, test } from 'vitest'
import { operations, rest } from '../support/rest.ts'
import { SAMPLES, makeWorld } from '../support/world.ts'

type Urls = {
  url: string
  /** A server that cannot reach its database. */
  withoutDatabase: string
  /** A server whose database has no tables: an unexpected error. */
  withoutTables: string
}

export function failuresSuite(urls: () => Urls): void {
  describe('when something is broken', () => {
    for (const path of operations.keys()) {
      test(`${path}: 503 without the database; an unexpected error gives a 500 that reveals nothing`, async () => {
        const { url, withoutDatabase, withoutTables } = urls()
        const world = await makeWorld(url)
        const request = { input: SAMPLES[path]!(world), token: world.token }

        const away = await rest(withoutDatabase, path, request)
        expect(away.status, JSON.stringify(away.body)).toBe(503)
        expect(away.body).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })

        const broken = await rest(withoutTables, path, request)
        expect(broken.status, JSON.stringify(broken.body)).toBe(500)
        expect(broken.body).toEqual({
          type: 'about:blank',
          title: 'Internal Server Error',
          status: 500,
          detail: ERRORS.INTERNAL_SERVER_ERROR.message,
          instance: expect.any(String) as string,
          code: 'INTERNAL_SERVER_ERROR',
          requestId: broken.headers.get('x-request-id'),
        })
      })
    }

    test('a 500 on RPC reveals nothing, either', async () => {
      const { url, withoutTables } = urls()
      const { token } = await makeWorld(url)
      const response = await fetch(`${withoutTables}/trpc/me.get`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(response.status).toBe(500)
      const { error } = (await response.json()) as { error: unknown }
      expect(error).toEqual({
        message: ERRORS.INTERNAL_SERVER_ERROR.message,
        code: -32603,
        data: {
          code: 'INTERNAL_SERVER_ERROR',
          httpStatus: 500,
          path: 'me.get',
          reason: 'INTERNAL_SERVER_ERROR',
          status: 500,
          requestId: response.headers.get('x-request-id'),
        },
      })
    })

    test('health distinguishes the database from the process', async () => {
      const { withoutDatabase } = urls()
      const health = await fetch(`${withoutDatabase}/health`)
      expect(health.status).toBe(503)
      expect(await health.json()).toMatchObject({ status: 'unhealthy', database: 'disconnected' })
      expect((await fetch(`${withoutDatabase}/health/ready`)).status).toBe(503)
      expect((await fetch(`${withoutDatabase}/health/live`)).status).toBe(200)
    })
  })
}
