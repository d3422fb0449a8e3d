-- lint: allow contract, no version that was released calls it
-- Statements make the JSON of a todo themselves, from the table of columns (prisma/src/tables).
DROP FUNCTION "todo_json"(
  uuid, uuid, uuid, text, text, uuid[], smallint, date, timestamptz, text, date, timestamptz, text, double precision,
  timestamptz, timestamptz, timestamptz, timestamptz, integer
);
