import { defineStatement } from './statement.ts'

/**
 * Makes the owner's other writers wait until the transaction ends. Verbs whose rules read other rows run it first, as a
 * separate statement: later statements then see the changes of the previous writer.
 */
export const lockOwner = defineStatement<{ ownerId: string }, { ownerId: string }>(
  { ownerId: 'uuid' },
  ($) => `SELECT owner_id AS "ownerId" FROM change_heads WHERE owner_id = ${$.ownerId} FOR UPDATE`,
)
