import type { Actor, Context, Revocations } from '@todo/core'
import type { Consistency } from './middleware/read-your-writes.ts'

/** The parts of a request that procedures may use. */
export type ApiContext = Context & {
  requestId: string
  /** The Authorization header. */
  authorization: string | undefined
  userAgent: string | undefined
  revocations: Revocations
  /** undefined if there are no replicas: every call uses `db` and `run`. */
  consistency: Consistency | undefined
  /** The refresh token's cookie; `set` without a token clears it. */
  refreshCookie: { value: string | undefined; set: (token: string | null, maxAgeSeconds: number) => void }
  /** Called after authentication, for the log. */
  onActor: (actor: Actor) => void
}
