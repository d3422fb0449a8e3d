import { afterAll, expect, inject, test } from 'vitest'
import { pollPrimary } from './poll.ts'
import { watchServer } from './watch.ts'

let polls = 0
const watch = watchServer({
  url: inject('testServerUrl'),
  preparesStatements: true,
  poll(runQuery) {
    polls += 1
    return pollPrimary(runQuery)
  },
  onPoll: () => undefined,
})
afterAll(() => watch.stop())

test('a poll succeeds if its response arrives while our own load blocks the event loop', async () => {
  await watch.position()
  const poll = watch.position()
  // The query is sent in this turn or the next, and the response waits in the socket.
  setImmediate(() => {
    const until = performance.now() + 1_500
    while (performance.now() < until);
  })
  await expect(poll).resolves.toMatchObject({ timeline: expect.any(Number) })
})

test('calls during a poll share the next poll', async () => {
  const before = polls
  await Promise.all(Array.from({ length: 20 }, watch.position))
  // One that is under way, the shared one, and one of the timer.
  expect(polls - before).toBeGreaterThanOrEqual(1)
  expect(polls - before).toBeLessThanOrEqual(3)
})
