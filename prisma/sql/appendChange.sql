-- Logs one change of a row that Prisma wrote in this transaction, and takes the next sequence number.
-- @param {String} $1:ownerId
-- @param {String} $2:listId?
-- @param {String} $3:entity
-- @param {String} $4:entityId
-- @param {String} $5:op
-- @param {Int} $6:version
-- @param {DateTime} $7:now
-- @param {Json} $8:before?
-- @param {Json} $9:after?
WITH bumped AS (
  UPDATE change_heads SET seq = seq + 1 WHERE owner_id = $1::uuid RETURNING seq
)
INSERT INTO changes (owner_id, seq, list_id, entity, entity_id, op, version, actor_id, at, before, after)
SELECT $1::uuid, seq, $2::uuid, $3, $4::uuid, $5, $6, $1::uuid, $7::timestamptz, $8::jsonb, $9::jsonb FROM bumped
