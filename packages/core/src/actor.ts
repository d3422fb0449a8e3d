/** Who acts: a person with a session, or a job of the system. Whose rows are touched is another question. */
export type Actor = UserActor | SystemActor

/** `id` is that of the account. */
export type UserActor = { kind: 'user'; id: string; sessionId: string }

export type SystemActor = { kind: 'system'; id: null; job: string }
