import { LABELS, type LabelModel, entityReader } from '@todo/db'
import { appendChange } from '../changes/append-change.ts'
import type { OwnerContext } from '../context.ts'
import { DomainError, requireVersion } from '../errors/domain-error.ts'
import { newId } from '../new-id.ts'
import { changesNothing, withoutAbsent } from '../patch.ts'
import { changeRows } from '../todos/write-todos.ts'
import { withOwnerLock } from '../transaction.ts'
import type { ChangeLabel, CreateLabel, Label, LabelId } from './schemas.ts'

const MAX_LABELS = 500

const toLabel: (row: LabelModel) => Label = entityReader(LABELS)

/** All labels, sorted by name. There are at most 500. */
export async function listLabels(ctx: OwnerContext): Promise<{ items: Label[] }> {
  const rows = await ctx.db.label.findMany({ where: { ownerId: ctx.ownerId } })
  const byName = new Intl.Collator('und', { numeric: true })
  return { items: rows.map(toLabel).sort((a, b) => byName.compare(a.name, b.name)) }
}

/** @throws DomainError LABEL_NOT_FOUND */
export async function getLabel(ctx: OwnerContext, { id }: LabelId): Promise<Label> {
  return toLabel(await labelRow(ctx, id))
}

/** @throws DomainError ID_TAKEN, LABEL_EXISTS, LIMIT_REACHED */
export function createLabel(ctx: OwnerContext, { id = newId(), ...values }: CreateLabel): Promise<Label> {
  const ownerId = ctx.ownerId
  return withOwnerLock(ctx, async (tx) => {
    if (await tx.db.label.findUnique({ where: { ownerId_id: { ownerId, id } } }))
      throw new DomainError('ID_TAKEN')
    await requireFreeName(tx, values.name)
    if ((await tx.db.label.count({ where: { ownerId } })) >= MAX_LABELS) {
      throw new DomainError('LIMIT_REACHED', {
        message: `The account has the maximum of ${MAX_LABELS} labels: delete one first.`,
      })
    }
    const now = tx.now()
    const row = await tx.db.label.create({
      data: { ...withoutAbsent(values), ownerId, id, createdAt: now, updatedAt: now },
    })
    await appendChange(tx, 'label', { after: toLabel(row) })
    return toLabel(row)
  })
}

/** @throws DomainError LABEL_NOT_FOUND, VERSION_MISMATCH, LABEL_EXISTS */
export function changeLabel(ctx: OwnerContext, { id, ifVersion, ...patch }: ChangeLabel): Promise<Label> {
  return withOwnerLock(ctx, async (tx) => {
    const before = await labelRow(tx, id)
    requireVersion(before, ifVersion)
    if (patch.name !== undefined) await requireFreeName(tx, patch.name, id)
    const data = withoutAbsent(patch)
    if (changesNothing(before, data)) {
      return toLabel(before)
    }
    const after = await tx.db.label.update({
      where: { ownerId_id: { ownerId: tx.ownerId, id } },
      data: { ...data, updatedAt: tx.now(), version: { increment: 1 } },
    })
    await appendChange(tx, 'label', { before: toLabel(before), after: toLabel(after) })
    return toLabel(after)
  })
}

/** Deletes a label and removes it from all todos. @throws DomainError LABEL_NOT_FOUND, VERSION_MISMATCH */
export function deleteLabel(
  ctx: OwnerContext,
  { id, ifVersion }: LabelId & { ifVersion?: number | undefined },
): Promise<void> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await labelRow(tx, id)
    requireVersion(row, ifVersion)
    const todos = await tx.db.todo.findMany({
      where: { ownerId: tx.ownerId, labelIds: { has: id } },
      select: { id: true },
    })
    await changeRows(
      tx,
      todos.map((todo) => todo.id),
      { values: {}, removeLabelId: id },
    )
    await tx.db.label.delete({ where: { ownerId_id: { ownerId: tx.ownerId, id } } })
    await appendChange(tx, 'label', { before: toLabel(row) })
  })
}

async function labelRow(ctx: OwnerContext, id: string): Promise<LabelModel> {
  const row = await ctx.db.label.findUnique({ where: { ownerId_id: { ownerId: ctx.ownerId, id } } })
  if (!row) throw new DomainError('LABEL_NOT_FOUND')
  return row
}

// Compares in all scripts. The unique index on lower(name) does so only if the database has a locale.
async function requireFreeName(ctx: OwnerContext, name: string, except?: string): Promise<void> {
  const [taken] = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM labels WHERE owner_id = ${ctx.ownerId}::uuid AND (lower(name) = lower(${name})
      OR lower(name COLLATE "und-x-icu") = lower(${name} COLLATE "und-x-icu"))`
  if (taken && taken.id !== except) {
    throw new DomainError('LABEL_EXISTS')
  }
}
