import type { LogArgs } from '@todo/db/statements'
import type { OwnerContext } from '../context.ts'

/** The arguments that every statement takes that logs a change. */
export function logArgs({ ownerId, actor, groupId, now }: OwnerContext): LogArgs {
  return { ownerId, actorKind: actor.kind, actorId: actor.id, groupId, now: now().toISOString() }
}
