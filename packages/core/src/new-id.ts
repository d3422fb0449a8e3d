import { v7 } from 'uuid'

/** A UUIDv7. Ids of one process sort in the order of their creation, also within a millisecond. */
export const newId = (): string => v7()
