import { randomFillSync } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'

const ID_BYTES = 16

/** Drawn for 256 ids at once: to draw takes ten times as long as to make an id of what was drawn. */
const drawn = Buffer.alloc(256 * ID_BYTES)
let used = drawn.length

let msecs = 0
let seq = 0

/** A UUID of version 7: after all that this process has made before, also within a millisecond. */
export function newId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  const random = drawn.subarray(used, (used += ID_BYTES))
  const now = Date.now()
  if (now > msecs) {
    msecs = now
    // Half of what it may be: no millisecond has as many as the other half.
    seq = random.readUInt32BE(6) >>> 1
  } else seq += 1
  return uuidv7({ random, msecs, seq })
}
