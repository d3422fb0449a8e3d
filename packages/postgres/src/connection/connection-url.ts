// As in Prisma's URLs, `?pgbouncer=true` means a pooler in transaction mode without support for prepared statements
// (PgBouncer before 1.21).
const NOT_PREPARED = 'pgbouncer'

export const canPrepare = (url: string) => new URL(url).searchParams.get(NOT_PREPARED) !== 'true'

/**
 * In `pg` the `options` of a URL would replace ours, so both are joined. The last setting wins, so the time zone is always
 * UTC.
 */
export function connectionOf(url: string): { connectionString: string; options: string } {
  const connection = new URL(url)
  const given = connection.searchParams.get('options')
  connection.searchParams.delete('options')
  connection.searchParams.delete(NOT_PREPARED)
  return { connectionString: connection.href, options: `${given ?? ''} -c TimeZone=UTC`.trimStart() }
}
