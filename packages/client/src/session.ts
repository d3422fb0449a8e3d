import { TodoApiError } from './errors.ts'
import type { Tokens } from './generated/contract.ts'

/** What a log-in leaves: keep it where other people's code cannot read it. */
export type StoredSession = {
  accessToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** Absent in mode `cookie`. */
  refreshToken?: string | undefined
}

/** Where the session is kept; the default is memory. */
export type SessionStore = {
  get: () => StoredSession | null | Promise<StoredSession | null>
  set: (session: StoredSession | null) => void | Promise<void>
}

export type Credentials = {
  /** The token for a call; undefined: there is none. */
  accessToken: () => Promise<string | undefined>
  /** After a 401: a token other than `refused`; undefined: there is none to be had. */
  renew: (refused: string | undefined) => Promise<string | undefined>
  accept: (tokens: Tokens | null) => Promise<void>
}

// A token that expires on the way would cost a round trip.
const EARLY_MS = 10_000

export function memoryStore(): SessionStore {
  let current: StoredSession | null = null
  return { get: () => current, set: (session) => void (current = session) }
}

/** Tokens that renew themselves. Calls that need a new one at the same time share one refresh. */
export function sessionCredentials({
  store,
  mode,
  refresh,
  onChange = () => undefined,
}: {
  store: SessionStore
  mode: 'body' | 'cookie'
  refresh: (refreshToken: string | undefined) => Promise<Tokens>
  onChange?: ((session: StoredSession | null) => void) | undefined
}): Credentials {
  let refreshing: Promise<StoredSession | null> | undefined

  async function save(session: StoredSession | null): Promise<StoredSession | null> {
    await store.set(session)
    onChange(session)
    return session
  }

  async function refreshNow(): Promise<StoredSession | null> {
    const before = await store.get()
    if (mode === 'body' && before?.refreshToken === undefined) return before && save(null)
    const outcome = await tokensOrRefusal(before?.refreshToken)
    // Whoever logged in or out in the meantime was later: theirs stays.
    const current = await store.get()
    if (current?.accessToken !== before?.accessToken) return current
    if (!(outcome instanceof TodoApiError)) return save(fromTokens(outcome))
    await save(null)
    throw outcome
  }

  /** Only the service's own no is a refusal; a lost connection is not. */
  async function tokensOrRefusal(refreshToken: string | undefined): Promise<Tokens | TodoApiError> {
    try {
      return await refresh(refreshToken)
    } catch (error) {
      if (error instanceof TodoApiError && error.status === 401) return error
      throw error
    }
  }

  const refreshOnce = () => (refreshing ??= refreshNow().finally(() => (refreshing = undefined)))

  return {
    async accessToken() {
      const session = refreshing ? await refreshing : await store.get()
      if (session && session.expiresAt - EARLY_MS > Date.now()) return session.accessToken
      if (!session && mode === 'body') return undefined
      return (await refreshOnce())?.accessToken
    },
    async renew(refused) {
      const session = await store.get()
      // Somebody else may have renewed it while this call was under way.
      if (session && session.accessToken !== refused) return session.accessToken
      return (await refreshOnce())?.accessToken
    },
    accept: async (tokens) => void (await save(tokens && fromTokens(tokens))),
  }
}

/** A token that somebody else looks after. */
export function fixedCredentials(token: string | (() => string | Promise<string>)): Credentials {
  const accessToken = async () => (typeof token === 'function' ? token() : token)
  return {
    accessToken,
    renew: async (refused) => {
      const current = await accessToken()
      return current === refused ? undefined : current
    },
    accept: async () => undefined,
  }
}

function fromTokens({ accessToken, expiresIn, refreshToken }: Tokens): StoredSession {
  return {
    accessToken,
    expiresAt: Date.now() + expiresIn * 1000,
    ...(refreshToken !== undefined && { refreshToken }),
  }
}
