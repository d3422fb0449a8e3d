// As in Prisma's URLs: `?pgbouncer=true` names a pooler that gives each transaction any connection and does not know
// which statements are prepared on it (PgBouncer before 1.21).
const NOT_PREPARED = 'pgbouncer'

export const canPrepare = (url: string) => new URL(url).searchParams.get(NOT_PREPARED) !== 'true'

/**
 * A URL's `options` would replace ours in `pg`, so they are joined. The last one counts: times are read as UTC whatever
 * the URL says.
 */
export function connectionOf(url: string): { connectionString: string; options: string } {
  const connection = new URL(url)
  const given = connection.searchParams.get('options')
  connection.searchParams.delete('options')
  connection.searchParams.delete(NOT_PREPARED)
  return { connectionString: connection.href, options: `${given ?? ''} -c TimeZone=UTC`.trimStart() }
}
