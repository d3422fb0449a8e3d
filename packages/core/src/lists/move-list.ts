import type { OwnerContext } from '../context.ts'
import { DomainError } from '../errors/domain-error.ts'
import { positionBetween } from '../position.ts'
import { withOwnerLock } from '../transaction.ts'
import type { List, MoveList } from './schemas.ts'
import { listRow, writeList } from './write-list.ts'

/** Moves a list after another, or to the front. @throws DomainError LIST_NOT_FOUND */
export function moveList(ctx: OwnerContext, { id, afterId }: MoveList): Promise<List> {
  return withOwnerLock(ctx, async (tx) => {
    const row = await listRow(tx, id)
    const siblings = await tx.db.list.findMany({
      where: { ownerId: tx.ownerId, deletedAt: null, id: { not: id } },
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
    })
    const index = afterId === null ? -1 : siblings.findIndex((sibling) => sibling.id === afterId)
    if (index === -1 && afterId !== null) throw new DomainError('LIST_NOT_FOUND')

    const between = positionBetween(siblings[index]?.position, siblings[index + 1]?.position)
    if (between !== undefined) return writeList(tx, row, { position: between })
    for (const [i, sibling] of siblings.entries()) {
      const position = i <= index ? i + 1 : i + 2
      if (sibling.position !== position) await writeList(tx, sibling, { position })
    }
    return writeList(tx, row, { position: index + 2 })
  })
}
