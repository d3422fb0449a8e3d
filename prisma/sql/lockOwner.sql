-- Makes this owner's other writers wait until the transaction ends. A verb whose rule reads other rows calls it
-- first, in a statement of its own: a later statement then sees what the writer before it did.
-- @param {String} $1:ownerId
SELECT owner_id AS "ownerId" FROM change_heads WHERE owner_id = $1::uuid FOR UPDATE
