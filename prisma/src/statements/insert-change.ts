import type { Prisma } from '../../generated/client.ts'
import { CHANGE_COLUMNS, LOG_TYPES, type LogArgs } from './log.ts'
import { defineStatement } from './statement.ts'

type Args = LogArgs & {
  listId: string | undefined
  entity: 'account' | 'list' | 'label'
  entityId: string
  op: 'create' | 'update' | 'delete'
  version: number
  before: Prisma.JsonObject | undefined
  after: Prisma.JsonObject | undefined
}

/** Takes the next sequence number and logs the change of a row that Prisma wrote in this transaction. */
export const insertChange = defineStatement<Args, never>(
  {
    ...LOG_TYPES,
    listId: 'uuid',
    entity: 'text',
    entityId: 'uuid',
    op: 'text',
    version: 'int',
    before: 'jsonb',
    after: 'jsonb',
  },
  ($) => `
  WITH bumped AS (
    UPDATE change_heads SET seq = seq + 1 WHERE owner_id = ${$.ownerId} RETURNING seq
  )
  INSERT INTO changes (${CHANGE_COLUMNS})
  SELECT ${$.ownerId}, seq, ${$.groupId}, ${$.listId}, ${$.entity}, ${$.entityId}, ${$.op}, ${$.version},
    ${$.actorKind}, ${$.actorId}, ${$.now}, ${$.before}, ${$.after}
  FROM bumped`,
)
