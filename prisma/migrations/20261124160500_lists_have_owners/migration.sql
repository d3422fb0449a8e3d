-- A list is one owner's. The planner took the two for independent, expected no more than one todo of a list, and so
-- read and sorted all of them where an index has them in order.
CREATE STATISTICS "todos_lists_have_owners" (dependencies) ON owner_id, list_id FROM "todos";
ANALYZE "todos";
