import { afterAll, expect, inject, test } from 'vitest'
import { lookAtPrimary } from './look.ts'
import { watchServer } from './watch.ts'

let looks = 0
const watch = watchServer({
  url: inject('testServerUrl'),
  preparesStatements: true,
  look(ask) {
    looks += 1
    return lookAtPrimary(ask)
  },
  onLook: () => undefined,
})
afterAll(() => watch.stop())

test('a look that our own load holds up has been answered', async () => {
  await watch.position()
  const look = watch.position()
  // It is sent in this turn or the next, and the answer waits in the socket.
  setImmediate(() => {
    const until = performance.now() + 1_500
    while (performance.now() < until);
  })
  await expect(look).resolves.toMatchObject({ timeline: expect.any(Number) })
})

test('who asks while a look is under way shares the next with all others who do', async () => {
  const before = looks
  await Promise.all(Array.from({ length: 20 }, watch.position))
  // What it does by itself, four times a second, may be one more.
  expect(looks - before).toBeGreaterThanOrEqual(2)
  expect(looks - before).toBeLessThanOrEqual(3)
})
