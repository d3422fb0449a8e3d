import type { Contract } from './generated/contract.ts'
import type { RetryOptions } from './retry.ts'
import type { StoredSession, SessionStore } from './session.ts'

export type TodoClientOptions = {
  /** Base URL of the service: https://todo.example.com */
  url: string
  /** An access token that your application manages, instead of log-ins through this client. */
  accessToken?: string | (() => string | Promise<string>)
  /** Where the service puts the refresh token: `body` for programs (default), `cookie` for pages on its own site. */
  mode?: 'body' | 'cookie'
  /** Stores the session; default: in memory. */
  store?: SessionStore
  /** Called with each new session, and with null when it has ended. */
  onSessionChange?: (session: StoredSession | null) => void
  /** Retries of queries and other idempotent calls; `false` turns them off. */
  retry?: RetryOptions | false
  /** Time limit of a call with its retries, in milliseconds; default 30000. */
  timeoutMs?: number
  /** Send concurrent calls in one request; default true. */
  batch?: boolean
  /** Additional headers of each request. */
  headers?: Record<string, string>
  fetch?: typeof fetch
}

export type CallOptions = {
  signal?: AbortSignal
  /** Overrides the client's `timeoutMs`. */
  timeoutMs?: number
}

type Call<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>

type Page = { items: unknown[]; nextCursor: string | null }

/** Yields the items of all pages, and fetches each page only when it is needed. */
type Pages<Input, Output> = Output extends Page
  ? 'cursor' extends keyof NonNullable<Input>
    ? {
        all: (
          input?: Omit<NonNullable<Input>, 'cursor'>,
          options?: CallOptions,
        ) => AsyncIterableIterator<Output['items'][number]>
      }
    : unknown
  : unknown

type Operation<T> = T extends { input: infer Input; output: infer Output }
  ? Call<Input, Output> & Pages<Input, Output>
  : never

/** The operations of the service, as functions. */
export type TodoClient = {
  [Family in keyof Contract]: { [Name in keyof Contract[Family]]: Operation<Contract[Family][Name]> }
}
