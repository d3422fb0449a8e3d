const MAX_NAMES = 500

/** Names the first 500 statements, so that each connection prepares them once. Each one takes memory in Postgres. */
export function statementNames(): (sql: string) => string {
  const names = new Map<string, string>()
  return (sql) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= MAX_NAMES) return ''
    const name = `s${names.size}`
    names.set(sql, name)
    return name
  }
}
