import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node, RangeVar } from '@pgsql/types'
import { parse } from 'libpg-query'

/** A problem of a migration that runs while the previous version serves. */
export type Finding = { rule: string; message: string }

/**
 * Finds statements that would block other queries or break the version that still serves: locks for as long as a scan of
 * the table, rewrites, and removal of objects in use. Statements on tables that the same file creates are allowed. A comment
 * with a reason waives a rule: `-- lint: allow contract, nothing reads it since 1.4`.
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
    findings.push({
      rule: 'alone',
      message: 'CONCURRENTLY cannot run in a transaction: move it to a file of its own',
    })
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
      : [{ rule: 'index', message: 'CREATE INDEX blocks all writes: use CREATE INDEX CONCURRENTLY' }]
  }
  if ('DropStmt' in node) {
    const { removeType, concurrent } = node.DropStmt
    if (removeType === 'OBJECT_INDEX') {
      return concurrent
        ? []
        : [{ rule: 'index', message: 'DROP INDEX locks the table: use DROP INDEX CONCURRENTLY' }]
    }
    return [{ rule: 'contract', message: 'the previous version may still use it: drop it one version later' }]
  }
  if ('RenameStmt' in node) {
    return [
      {
        rule: 'contract',
        message: 'the previous version uses the old name: add a new one, copy, drop the old one later',
      },
    ]
  }
  if ('UpdateStmt' in node || 'DeleteStmt' in node) {
    const { relation } = 'UpdateStmt' in node ? node.UpdateStmt : node.DeleteStmt
    return isNew(relation)
      ? []
      : [
          {
            rule: 'backfill',
            message: 'this locks every row until the end: write in batches, outside of migrations',
          },
        ]
  }
  if ('AlterTableStmt' in node)
    return isNew(node.AlterTableStmt.relation) ? [] : alterations(node.AlterTableStmt)
  // ANALYZE is a VacuumStmt, too, but blocks no queries.
  const isVacuum = 'VacuumStmt' in node && node.VacuumStmt.is_vacuumcmd === true
  if (isVacuum || WHOLE_TABLE.some((name) => name in node)) {
    return [{ rule: 'whole-table', message: 'this locks the whole table' }]
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
          message: 'a new type rewrites the table: add a column, fill it, drop the old one later',
        },
      ]
    case 'AT_SetNotNull':
      return [
        {
          rule: 'not-null',
          message: 'this scans the whole table under a lock, unless a valid CHECK (… IS NOT NULL) exists',
        },
      ]
    case 'AT_DropColumn':
      return [
        { rule: 'contract', message: 'the previous version may still use it: drop it one version later' },
      ]
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
      message: 'the previous version inserts rows without it: give it a default',
    })
  }
  if ((fallback && !isConstant(fallback)) || has('CONSTR_GENERATED') || has('CONSTR_IDENTITY')) {
    findings.push({ rule: 'rewrite', message: 'a default that differs per row rewrites the table' })
  }
  return [...findings, ...all.filter(({ contype }) => contype !== 'CONSTR_NOTNULL').flatMap(newConstraint)]
}

/** Postgres stores a constant default once and does not rewrite the table. */
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
        message:
          'this scans the whole table under a lock: add it NOT VALID, and VALIDATE it in the next file',
      },
    ]
  }
  const makesIndex = contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY'
  return makesIndex && indexname === undefined
    ? [
        {
          rule: 'index',
          message: 'its index blocks all writes: build it CONCURRENTLY, then add it USING INDEX',
        },
      ]
    : []
}
