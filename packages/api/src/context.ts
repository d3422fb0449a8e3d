import type { Actor, Context, Revocations } from '@todo/core'
import type { Consistency } from './middleware/read-your-writes.ts'

/** What a request brings to the procedures, as values. */
export type ApiContext = Context & {
  requestId: string
  /** The Authorization header. */
  authorization: string | undefined
  userAgent: string | undefined
  revocations: Revocations
  /** undefined: there are no replicas, `db` and `run` are all there is. */
  consistency: Consistency | undefined
  /** The refresh token's cookie; `set` without a token clears it. */
  refreshCookie: { value: string | undefined; set: (token: string | null, maxAgeSeconds: number) => void }
  /** Called once the actor is known: for the log. */
  onActor: (actor: Actor) => void
}
