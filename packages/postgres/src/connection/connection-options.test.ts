import { expect, inject, test } from 'vitest'
import { openPostgres } from '../open-postgres.ts'
import { createScratchDatabase } from '@todo/testing'

const server = inject('testServerUrl')

test.each(['-c search_path=other', '-c search_path=other -c TimeZone=Asia/Tokyo'])(
  'options of the URL are kept, and the time zone stays UTC: %s',
  async (options) => {
    await using scratch = await createScratchDatabase(server)
    const url = new URL(scratch.url)
    url.searchParams.set('options', options)
    const { pool, close } = openPostgres({ url: url.href, statementTimeoutMs: 1_234 })
    const { rows } = await pool.query(
      `SELECT current_setting('timezone') AS zone, current_setting('search_path') AS path,
        current_setting('statement_timeout') AS most`,
    )
    await close()
    expect(rows).toEqual([{ zone: 'UTC', path: 'other', most: '1234ms' }])
  },
)
