import type { Pool } from 'pg'
import { type Asked, runTogether } from './round-trip.ts'

/** Of one round trip: Postgres answers them one after the other. */
const MOST = 16

/**
 * Sends lookups that are asked for in one turn of the event loop together. A round trip costs both sides several times
 * what a lookup does, and the busier a server is the more come in one turn (docs/adr/0009-where-the-time-goes.md).
 */
export function gatherLookups(pool: Pool): (asked: Asked) => void {
  let waiting: Asked[] = []

  function send(): void {
    const all = waiting
    waiting = []
    for (let from = 0; from < all.length; from += MOST) runTogether(pool, all.slice(from, from + MOST))
  }

  return (asked) => {
    if (waiting.length === 0) setImmediate(send)
    waiting.push(asked)
  }
}
