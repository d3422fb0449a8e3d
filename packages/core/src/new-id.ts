import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'

/** A UUIDv7. Ids of one process sort in the order of their creation, also within a millisecond. */
export const newId = (): string => v7()

/** Ties together the changes of one call. Each call gets one, so it is a UUIDv4, which takes no system call. */
export const newGroupId = (): string => randomUUID()
