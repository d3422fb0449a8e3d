-- lint: allow contract, no version that was released calls the old function

-- By columns, not by row: a function of a table's row type keeps Postgres (15.20 and its contemporaries) from adding a
-- column with a default to the table, and a shard of Citus has a row type of its own.
CREATE FUNCTION "todo_json"(
  id uuid, list_id uuid, parent_id uuid, title text, description text, label_ids uuid[], priority smallint,
  start_date date, start_at timestamptz, start_zone text, due_date date, due_at timestamptz, due_zone text,
  "position" double precision, completed_at timestamptz, deleted_at timestamptz, created_at timestamptz,
  updated_at timestamptz, version integer
) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN jsonb_build_object(
    'id', id,
    'listId', list_id,
    'parentId', parent_id,
    'title', title,
    'description', description,
    'labelIds', label_ids,
    'priority', priority,
    'start', time_json(start_date, start_at, start_zone),
    'due', time_json(due_date, due_at, due_zone),
    'position', "position",
    'completedAt', instant_json(completed_at),
    'deletedAt', instant_json(deleted_at),
    'createdAt', instant_json(created_at),
    'updatedAt', instant_json(updated_at),
    'version', version
  );

DROP FUNCTION "todo_json"("todos");
