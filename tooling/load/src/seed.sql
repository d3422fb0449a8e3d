-- The rows that fixture.ts describes. Settings: bench.owners (each with 100 todos), bench.big_todos (of the owner after
-- them), bench.words, bench.password_hash. Inserts name their columns, so columns with a default may be added freely.
CREATE FUNCTION pg_temp.bench_id(kind text, owner int, n int) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN
  ('0199f0c5-0000-7000-8' || kind || '00-' || lpad(to_hex(owner), 5, '0') || lpad(to_hex(n), 7, '0'))::uuid;

CREATE TEMP TABLE owners AS
SELECT o AS owner, pg_temp.bench_id('a', o, 0) AS id,
  CASE WHEN o < current_setting('bench.owners')::int THEN 100 ELSE current_setting('bench.big_todos')::int END AS todos
FROM generate_series(0, current_setting('bench.owners')::int) o;

INSERT INTO accounts (owner_id, email, display_name, time_zone, password_hash, created_at, updated_at)
SELECT id, 'owner-' || owner || '@example.com', 'Owner ' || owner, 'UTC', current_setting('bench.password_hash'),
  '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'
FROM owners;

INSERT INTO account_emails (email, owner_id) SELECT email, owner_id FROM accounts;

INSERT INTO change_heads (owner_id, seq) SELECT id, todos FROM owners;

INSERT INTO lists (owner_id, id, name, position, is_inbox, created_at, updated_at)
SELECT id, pg_temp.bench_id('b', owner, l), CASE l WHEN 0 THEN 'Inbox' ELSE 'Work' END, l, l = 0,
  '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'
FROM owners CROSS JOIN generate_series(0, 1) l;

INSERT INTO todos (owner_id, id, list_id, title, description, priority, due_date, position, completed_at, created_at, updated_at)
SELECT o.id, pg_temp.bench_id('c', o.owner, n), pg_temp.bench_id('b', o.owner, n % 2),
  w.words[n % 10 + 1] || ' ' || w.words[n / 10 % 10 + 1] || ' ' || n,
  'Todo number ' || n || ' of **owner ' || o.owner || '**',
  n % 5,
  CASE WHEN n % 3 = 0 THEN date '2026-06-01' + n % 200 END,
  n,
  CASE WHEN n % 4 = 0 THEN at END, at, at
FROM owners o
CROSS JOIN LATERAL generate_series(1, o.todos) n
CROSS JOIN LATERAL (SELECT timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second' AS at) t
CROSS JOIN (SELECT string_to_array(current_setting('bench.words'), ',') AS words) w;
