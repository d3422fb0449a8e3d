import type { LogArgs } from '@todo/db/statements'
import type { OwnerContext } from '../context.ts'

/** What each statement that logs a change must know of the call. */
export function logArgs({ ownerId, actor, groupId, now }: OwnerContext): LogArgs {
  return { ownerId, actorKind: actor.kind, actorId: actor.id, groupId, now: now() }
}
