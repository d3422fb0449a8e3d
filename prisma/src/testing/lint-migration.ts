import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node, RangeVar } from '@pgsql/types'
import { parse } from 'libpg-query'

/** What is wrong with a migration that runs while the version before it serves. */
export type Finding = { rule: string; message: string }

/**
 * Looks for what would make others wait, or break the version that still serves: locks that last as long as the table
 * is, rewrites, and what is taken away before nobody uses it. Tables that the same file creates may be anything. A
 * rule is waived by a comment with a reason: `-- lint: allow contract, nothing reads it since 1.4`.
 */
export async function lintMigration(sql: string): Promise<Finding[]> {
  const { stmts = [] } = (await parse(sql)) as { stmts?: { stmt?: Node }[] }
  const nodes = stmts.flatMap(({ stmt }) => (stmt ? [stmt] : []))
  const created = new Set(
    nodes.flatMap((node) => ('CreateStmt' in node ? [node.CreateStmt.relation?.relname] : [])),
  )
  const isNew = (relation: RangeVar | undefined) => created.has(relation?.relname)
  const findings = nodes.flatMap((node) => findingsOf(node, isNew))
  if (nodes.length > 1 && nodes.some(isConcurrent)) {
    findings.push({ rule: 'alone', message: 'CONCURRENTLY runs in no transaction: put it alone in its file' })
  }
  const waived = new Set([...sql.matchAll(/^-- lint: allow ([\w-]+), \S/gm)].map(([, rule]) => rule))
  return findings.filter(({ rule }) => !waived.has(rule))
}

const isConcurrent = (node: Node) =>
  ('IndexStmt' in node && node.IndexStmt.concurrent === true) ||
  ('DropStmt' in node && node.DropStmt.concurrent === true)

const WHOLE_TABLE = ['LockStmt', 'TruncateStmt', 'ClusterStmt', 'ReindexStmt']

function findingsOf(node: Node, isNew: (relation: RangeVar | undefined) => boolean): Finding[] {
  if ('IndexStmt' in node) {
    const { relation, concurrent } = node.IndexStmt
    return concurrent || isNew(relation)
      ? []
      : [{ rule: 'index', message: 'CREATE INDEX stops all writes: CREATE INDEX CONCURRENTLY' }]
  }
  if ('DropStmt' in node) {
    const { removeType, concurrent } = node.DropStmt
    if (removeType === 'OBJECT_INDEX') {
      return concurrent
        ? []
        : [{ rule: 'index', message: 'DROP INDEX waits for all: DROP INDEX CONCURRENTLY' }]
    }
    return [{ rule: 'contract', message: 'what is dropped may still be used: drop it a version later' }]
  }
  if ('RenameStmt' in node) {
    return [{ rule: 'contract', message: 'the version that serves uses the old name: add, copy, drop later' }]
  }
  if ('UpdateStmt' in node || 'DeleteStmt' in node) {
    const { relation } = 'UpdateStmt' in node ? node.UpdateStmt : node.DeleteStmt
    return isNew(relation)
      ? []
      : [
          {
            rule: 'backfill',
            message: 'it locks every row until the end: fill in batches, outside of migrations',
          },
        ]
  }
  if ('AlterTableStmt' in node)
    return isNew(node.AlterTableStmt.relation) ? [] : alterations(node.AlterTableStmt)
  // ANALYZE, which is one of them, disturbs nobody.
  const isVacuum = 'VacuumStmt' in node && node.VacuumStmt.is_vacuumcmd === true
  if (isVacuum || WHOLE_TABLE.some((name) => name in node)) {
    return [{ rule: 'whole-table', message: 'it locks the whole table' }]
  }
  return []
}

function alterations({ cmds = [] }: AlterTableStmt): Finding[] {
  const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []))
  return commands.flatMap(alteration)
}

function alteration({ subtype, def }: AlterTableCmd): Finding[] {
  switch (subtype) {
    case 'AT_AddColumn':
      return def && 'ColumnDef' in def ? newColumn(def.ColumnDef) : []
    case 'AT_AddConstraint':
      return def && 'Constraint' in def ? newConstraint(def.Constraint) : []
    case 'AT_AlterColumnType':
      return [
        {
          rule: 'rewrite',
          message: 'a new type rewrites the table: add a column, fill it, drop the old later',
        },
      ]
    case 'AT_SetNotNull':
      return [
        {
          rule: 'not-null',
          message: 'it reads the whole table under a lock, unless a valid CHECK says the same',
        },
      ]
    case 'AT_DropColumn':
      return [{ rule: 'contract', message: 'the version that serves may use it: drop it a version later' }]
    default:
      return []
  }
}

function newColumn({ constraints = [] }: ColumnDef): Finding[] {
  const all = constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []))
  const has = (type: Constraint['contype']) => all.find(({ contype }) => contype === type)
  const fallback = has('CONSTR_DEFAULT')?.raw_expr
  const findings: Finding[] = []
  if (has('CONSTR_NOTNULL') && !fallback) {
    findings.push({
      rule: 'not-null',
      message: 'the version that serves inserts rows without it: give it a default',
    })
  }
  if ((fallback && !isConstant(fallback)) || has('CONSTR_GENERATED') || has('CONSTR_IDENTITY')) {
    findings.push({ rule: 'rewrite', message: 'a default that differs by row rewrites the table' })
  }
  return [...findings, ...all.filter(({ contype }) => contype !== 'CONSTR_NOTNULL').flatMap(newConstraint)]
}

/** The same for all rows: Postgres keeps it once, and rewrites nothing. */
function isConstant(node: Node): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isConstant(node.TypeCast.arg)
  return 'A_Const' in node || 'SQLValueFunction' in node || 'A_ArrayExpr' in node
}

function newConstraint({ contype, skip_validation: isLater, indexname }: Constraint): Finding[] {
  const checksRows = contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN'
  if (checksRows && !isLater) {
    return [
      {
        rule: 'constraint',
        message: 'it reads the whole table under a lock: NOT VALID, and VALIDATE in the next file',
      },
    ]
  }
  const makesIndex = contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY'
  return makesIndex && indexname === undefined
    ? [{ rule: 'index', message: 'its index stops all writes: make it CONCURRENTLY, then USING INDEX' }]
    : []
}
