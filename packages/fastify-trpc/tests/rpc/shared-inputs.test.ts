import { initTRPC } from '@trpc/server'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { isDeep } from '../../src/shared/deep-input.ts'
import { fastifyTrpc } from '../../src/index.ts'
import { listen } from '../support/sample-servers.ts'
import { makeCycle, referenceTransformer } from '../support/sample-transformer.ts'

const t = initTRPC.create({ isDev: false, transformer: referenceTransformer })

const walk = (value: unknown): number => (value instanceof Object ? Object.values(value).map(walk).length : 0)

const router = t.router({
  breaks: t.procedure.input(z.unknown()).mutation(() => {
    throw new RangeError('Invalid array length')
  }),
  walk: t.procedure.input(z.unknown()).mutation(({ input }) => walk(input)),
})

/** Few objects with so many paths through them that they could never be listed. */
function makeLattice(): unknown {
  let lattice: unknown = 1
  for (let level = 0; level < 60; level += 1) lattice = { left: lattice, right: lattice }
  return lattice
}

test.for([
  ['shared members are not', 'breaks', makeLattice(), 500],
  ['a cycle is', 'walk', makeCycle(), 400],
] as const)('inputs that are too deep: %s', async ([, path, input, status]) => {
  await using app = fastify()
  await app.register(fastifyTrpc<typeof router>, { router, createContext: () => ({}) })
  const response = await fetch(`${await listen(app)}/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(referenceTransformer.serialize(input)),
  })
  expect(response.status).toBe(status)
})

function nest(value: unknown, levels: number): unknown {
  let nested = value
  for (let level = 0; level < levels; level += 1) nested = [nested]
  return nested
}

const half = nest(1, 300)

test.for<[name: string, value: unknown, deep: boolean]>([
  ['text', 'text', false],
  ['null', null, false],
  ['a lattice', makeLattice(), false],
  ['a cycle', makeCycle(), true],
  ['a cycle below', { a: 1, b: [makeCycle()] }, true],
  ['499 levels', nest(1, 499), false],
  ['500 levels', nest(1, 500), true],
  ['a hundred thousand levels', nest(1, 1e5), true],
  ['a hundred thousand members', Array.from({ length: 1e5 }, () => []), false],
  ['two paths to a value, one of them short', [half, nest(half, 300)], true],
])('isDeep: %s', ([, value, deep]) => {
  expect(isDeep(value)).toBe(deep)
})
