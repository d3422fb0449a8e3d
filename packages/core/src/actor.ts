/** The one who acts: a person with a session, or a job of the system. The owner of the rows is in `ctx.ownerId`. */
export type Actor = UserActor | SystemActor

/** `id` is the account's id. */
export type UserActor = { kind: 'user'; id: string; sessionId: string }

export type SystemActor = { kind: 'system'; id: null; job: string }
