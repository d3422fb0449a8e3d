import { defineStatement } from './statement.ts'

/**
 * Makes this owner's other writers wait until the transaction ends. A verb whose rule reads other rows runs it first, in
 * a statement of its own: later statements then see what the previous writer did.
 */
export const lockOwner = defineStatement<{ ownerId: string }, { ownerId: string }>(
  { ownerId: 'uuid' },
  ($) => `SELECT owner_id AS "ownerId" FROM change_heads WHERE owner_id = ${$.ownerId} FOR UPDATE`,
)
