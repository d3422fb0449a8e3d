import type { A_Expr, Node, RangeVar, SelectStmt } from '@pgsql/types'
import { parse } from 'libpg-query'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const KEY = 'owner_id'

/** The tables that prisma/citus/distribute.sql distributes by owner_id. */
export const DISTRIBUTED: ReadonlySet<string> = new Set(
  [
    ...readFileSync(join(import.meta.dirname, '../../citus/distribute.sql'), 'utf8').matchAll(
      /create_distributed_table\('(\w+)'/g,
    ),
  ].map(([, table = '']) => table),
)

/**
 * The distributed tables that a statement uses without naming the owner, so that it would go to every shard. A statement
 * names the owner of a table by `owner_id = $n` (or `= ANY($n)`, `IN ($n, …)`), or by equality with the owner_id of a
 * table whose owner it names.
 */
export async function tablesWithoutOwner(sql: string): Promise<string[]> {
  const { stmts = [] } = (await parse(sql)) as { stmts?: { stmt?: Node }[] }
  const missing: string[] = []
  for (const { stmt } of stmts) if (stmt) statement(stmt, { known: new Set(), missing })
  return [...new Set(missing)]
}

type Scope = {
  /** Aliases, in this query and the outer ones, whose owner is named. */
  known: ReadonlySet<string>
  missing: string[]
}

/** The relevant parts of SELECT, INSERT, UPDATE and DELETE. Each kind has only some of them. */
type Parts = {
  withClause?: { ctes?: Node[] }
  relation?: RangeVar
  fromClause?: Node[]
  usingClause?: Node[]
  whereClause?: Node
  targetList?: Node[]
  sortClause?: Node[]
  returningList?: Node[]
  selectStmt?: Node
  cols?: Node[]
  larg?: SelectStmt
  rarg?: SelectStmt
  valuesLists?: Node[]
}

function statement(node: Node, scope: Scope): void {
  const [[kind, parts] = ['', {}]] = Object.entries(node) as [string, Parts][]
  if (!/^(Select|Insert|Update|Delete)Stmt$/.test(kind)) return
  query(parts, { isInsert: kind === 'InsertStmt', scope })
}

function query(parts: Parts, { isInsert, scope }: { isInsert: boolean; scope: Scope }): void {
  for (const cte of parts.withClause?.ctes ?? []) {
    if ('CommonTableExpr' in cte && cte.CommonTableExpr.ctequery)
      statement(cte.CommonTableExpr.ctequery, scope)
  }
  const tables: { alias: string; table: string }[] = []
  const conditions: Node[] = parts.whereClause ? [parts.whereClause] : []
  const inner: Node[] = []
  if (parts.relation && !isInsert) addTable(parts.relation)
  for (const item of [...(parts.fromClause ?? []), ...(parts.usingClause ?? [])]) from(item)

  const known = new Set(scope.known)
  const all = conditions.flatMap(conjuncts)
  // Each round may find another table that is joined by the owner of a known one.
  for (let round = 0; round <= tables.length; round++) {
    for (const { alias } of tables) {
      if (all.some((condition) => namesOwner(condition, { alias, known, isOnly: tables.length === 1 })))
        known.add(alias)
    }
  }
  for (const { alias, table } of tables) if (!known.has(alias)) scope.missing.push(table)
  if (isInsert && parts.relation) {
    const table = parts.relation.relname ?? ''
    const names = (parts.cols ?? []).map((col) => ('ResTarget' in col ? col.ResTarget.name : ''))
    if (DISTRIBUTED.has(table) && !names.includes(KEY)) scope.missing.push(table)
  }
  const within: Scope = { known, missing: scope.missing }
  const others = [
    parts.selectStmt,
    ...inner,
    ...conditions,
    ...(parts.targetList ?? []),
    ...(parts.returningList ?? []),
  ]
  for (const other of others) if (other) subqueries(other, within)
  for (const arm of [parts.larg, parts.rarg]) if (arm) query(arm, { isInsert: false, scope })

  function addTable({ relname = '', alias }: RangeVar): void {
    if (DISTRIBUTED.has(relname)) tables.push({ alias: alias?.aliasname ?? relname, table: relname })
  }

  function from(item: Node): void {
    if ('RangeVar' in item) addTable(item.RangeVar)
    if ('RangeSubselect' in item && item.RangeSubselect.subquery) inner.push(item.RangeSubselect.subquery)
    if ('JoinExpr' in item) {
      const { larg, rarg, quals } = item.JoinExpr
      for (const side of [larg, rarg]) if (side) from(side)
      if (quals) conditions.push(quals)
    }
  }
}

/** Checks the statements nested anywhere in `node`. */
function subqueries(node: unknown, scope: Scope): void {
  if (typeof node !== 'object' || node === null) return
  if (
    !Array.isArray(node) &&
    Object.keys(node).some((key) => /^(Select|Insert|Update|Delete)Stmt$/.test(key))
  ) {
    statement(node as Node, scope)
    return
  }
  for (const value of Object.values(node)) subqueries(value, scope)
}

function conjuncts(node: Node): Node[] {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR')
    return (node.BoolExpr.args ?? []).flatMap(conjuncts)
  return [node]
}

type Wanted = { alias: string; known: ReadonlySet<string>; isOnly: boolean }

function namesOwner(node: Node, wanted: Wanted): boolean {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR') {
    return (node.BoolExpr.args ?? []).every((arm) => conjuncts(arm).some((each) => namesOwner(each, wanted)))
  }
  if (!('A_Expr' in node)) return false
  const { kind, lexpr, rexpr } = node.A_Expr
  if (!['AEXPR_OP', 'AEXPR_OP_ANY', 'AEXPR_IN'].includes(kind ?? '') || operator(node.A_Expr) !== '=')
    return false
  return [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ].some(([key, value]) => isKeyOf(key, wanted) && isKnown(value, wanted))
}

function operator({ name = [] }: A_Expr): string {
  const [last] = name.slice(-1)
  return last && 'String' in last ? (last.String.sval ?? '') : ''
}

/** [alias, column], or [column] if it is unqualified. */
function columnOf(node: Node | undefined): string[] {
  if (!node || !('ColumnRef' in node)) return []
  const { fields = [] } = node.ColumnRef
  return fields.flatMap((field) => ('String' in field ? [field.String.sval ?? ''] : [])).slice(-2)
}

function isKeyOf(node: Node | undefined, { alias, isOnly }: Wanted): boolean {
  const path = columnOf(node)
  if (path.at(-1) !== KEY) return false
  return path.length === 2 ? path[0] === alias : isOnly
}

function isKnown(node: Node | undefined, { known }: Wanted): boolean {
  if (!node) return false
  if ('ParamRef' in node || 'A_Const' in node) return true
  if ('TypeCast' in node) return isKnown(node.TypeCast.arg, { alias: '', known, isOnly: false })
  if ('List' in node)
    return (node.List.items ?? []).every((item) => isKnown(item, { alias: '', known, isOnly: false }))
  const [table, column] = columnOf(node)
  return column === KEY && table !== undefined && known.has(table)
}
