import { describe, expect, test } from 'vitest'
import { readMigrations } from './migrate.ts'
import { lintMigration } from './testing/lint-migration.ts'

const rulesOf = async (sql: string) => (await lintMigration(sql)).map(({ rule }) => rule)

test.for(await readMigrations())('$name is safe while the previous version serves', async ({ sql }) => {
  expect(await lintMigration(sql)).toEqual([])
})

describe('the linter reports', () => {
  test.for([
    ['an index that blocks writes', 'CREATE INDEX i ON todos (title)', 'index'],
    ['an index that is dropped under a lock', 'DROP INDEX i', 'index'],
    ['a unique constraint with its index', 'ALTER TABLE todos ADD UNIQUE (title)', 'index'],
    ['a unique column', 'ALTER TABLE todos ADD COLUMN a int UNIQUE', 'index'],
    ['CONCURRENTLY with other statements', 'CREATE INDEX CONCURRENTLY i ON todos (title); SELECT 1', 'alone'],
    ['a new column type', 'ALTER TABLE todos ALTER COLUMN title TYPE varchar(10)', 'rewrite'],
    [
      'a default that differs by row',
      'ALTER TABLE todos ADD COLUMN a uuid DEFAULT gen_random_uuid()',
      'rewrite',
    ],
    ['an identity', 'ALTER TABLE todos ADD COLUMN a int GENERATED ALWAYS AS IDENTITY', 'rewrite'],
    [
      'a generated column',
      'ALTER TABLE todos ADD COLUMN a text GENERATED ALWAYS AS (title) STORED',
      'rewrite',
    ],
    ['a required column', 'ALTER TABLE todos ADD COLUMN a int NOT NULL', 'not-null'],
    ['NOT NULL on an existing column', 'ALTER TABLE todos ALTER COLUMN due_at SET NOT NULL', 'not-null'],
    ['a check that validates all rows', 'ALTER TABLE todos ADD CONSTRAINT c CHECK (depth < 9)', 'constraint'],
    ['a column with a check', 'ALTER TABLE todos ADD COLUMN a int CHECK (a > 0)', 'constraint'],
    [
      'a foreign key that is validated at once',
      'ALTER TABLE todos ADD FOREIGN KEY (owner_id) REFERENCES accounts (owner_id)',
      'constraint',
    ],
    ['a column that is dropped', 'ALTER TABLE todos DROP COLUMN title', 'contract'],
    ['a table that is dropped', 'DROP TABLE labels', 'contract'],
    ['a renamed column', 'ALTER TABLE todos RENAME COLUMN title TO name', 'contract'],
    ['a renamed table', 'ALTER TABLE todos RENAME TO tasks', 'contract'],
    ['an update of all rows', "UPDATE todos SET title = 'a'", 'backfill'],
    ['a delete', 'DELETE FROM todos WHERE deleted_at IS NOT NULL', 'backfill'],
    ['an explicit lock', 'LOCK TABLE todos', 'whole-table'],
    ['a truncated table', 'TRUNCATE todos', 'whole-table'],
    ['a rewritten table', 'VACUUM FULL todos', 'whole-table'],
  ] as const)('%s', async ([, sql, rule]) => {
    expect(await rulesOf(sql)).toEqual([rule])
  })
})

describe('the linter accepts', () => {
  test.for([
    ['a nullable column', 'ALTER TABLE todos ADD COLUMN a int'],
    ['a column with a constant default', "ALTER TABLE todos ADD COLUMN a text NOT NULL DEFAULT 'x'::text"],
    ['an index built CONCURRENTLY', 'CREATE INDEX CONCURRENTLY i ON todos (title)'],
    [
      'a constraint that is validated later',
      'ALTER TABLE todos ADD CONSTRAINT c CHECK (depth < 9) NOT VALID',
    ],
    ['the validation', 'ALTER TABLE todos VALIDATE CONSTRAINT c'],
    ['a constraint that uses an existing index', 'ALTER TABLE todos ADD CONSTRAINT c UNIQUE USING INDEX i'],
    [
      'anything on a new table',
      'CREATE TABLE a (b int); CREATE INDEX c ON a (b); ALTER TABLE a ADD CHECK (b > 0); UPDATE a SET b = 1',
    ],
    ['a waiver with a reason', '-- lint: allow contract, nothing reads it since 1.4\nDROP TABLE labels'],
  ] as const)('%s', async ([, sql]) => {
    expect(await lintMigration(sql)).toEqual([])
  })

  test('no waiver without a reason', async () => {
    expect(await rulesOf('-- lint: allow contract\nDROP TABLE labels')).toEqual(['contract'])
  })
})
