import { randomUUID } from 'node:crypto'
import { V7Generator } from 'uuidv7'

const words = new Uint32Array(256)
let nextWord = words.length

/** Draws many random numbers at once, because each time takes a system call. */
function nextUint32(): number {
  if (nextWord === words.length) {
    crypto.getRandomValues(words)
    nextWord = 0
  }
  return words[nextWord++] ?? 0
}

const generator = new V7Generator({ nextUint32 })
// Ids stay sorted if the clock is set back by up to an hour.
generator.setRollbackAllowance(3_600_000)

/** A UUIDv7. Ids of one process sort in the order of their creation, also within a millisecond. */
export const newId = (): string => generator.generate().toString()

/** Ties together the changes of one call. Each call gets one, so it is a UUIDv4, which takes no system call. */
export const newGroupId = (): string => randomUUID()
