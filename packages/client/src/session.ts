import { TodoApiError } from './errors.ts'
import type { Tokens } from './generated/contract.ts'

/** The session of a log-in. Its tokens give access to the account: store it where no other code can read it. */
export type StoredSession = {
  accessToken: string
  /** Milliseconds since the epoch. */
  expiresAt: number
  /** Absent in mode `cookie`. */
  refreshToken?: string | undefined
}

/** Stores the session; the default is memory. */
export type SessionStore = {
  get: () => StoredSession | null | Promise<StoredSession | null>
  set: (session: StoredSession | null) => void | Promise<void>
}

export type Credentials = {
  /** The token for a call; undefined if there is none. */
  accessToken: () => Promise<string | undefined>
  /** After a 401: another token than `refused`; undefined if there is none. */
  renew: (refused: string | undefined) => Promise<string | undefined>
  accept: (tokens: Tokens | null) => Promise<void>
}

// Refresh early: a token that expires on its way costs a round trip.
const EARLY_MS = 10_000

export function memoryStore(): SessionStore {
  let current: StoredSession | null = null
  return { get: () => current, set: (session) => void (current = session) }
}

/** Tokens of a log-in, refreshed when they expire. Concurrent calls share one refresh. */
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
    // A log-in or log-out during the refresh is newer: keep its session.
    const current = await store.get()
    if (current?.accessToken !== before?.accessToken) return current
    if (!(outcome instanceof TodoApiError)) return save(fromTokens(outcome))
    await save(null)
    throw outcome
  }

  /** A 401 is a refusal; any other error, such as a lost connection, leaves the session as it is. */
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
      // Another call may have refreshed it meanwhile.
      if (session && session.accessToken !== refused) return session.accessToken
      return (await refreshOnce())?.accessToken
    },
    accept: async (tokens) => void (await save(tokens && fromTokens(tokens))),
  }
}

/** A token that the application provides. */
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
