-- @param {String} $1:ownerId
-- @param {String} $2:id
SELECT todo_json(t) AS todo FROM todos t WHERE t.owner_id = $1::uuid AND t.id = $2::uuid
