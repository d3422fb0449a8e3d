import type { Contract } from './generated/contract.ts'
import type { RetryOptions } from './retry.ts'
import type { StoredSession, SessionStore } from './session.ts'

export type TodoClientOptions = {
  /** Where the service is: https://todo.example.com */
  url: string
  /** A token of your own instead of log-ins through this client. */
  accessToken?: string | (() => string | Promise<string>)
  /** Where the refresh token lives: `body` for programs (default), `cookie` for browsers on the service's own site. */
  mode?: 'body' | 'cookie'
  /** Keeps the session; default: in memory. */
  store?: SessionStore
  /** Told of each new session, and null when it has ended. */
  onSessionChange?: (session: StoredSession | null) => void
  /** Retries of queries and other idempotent calls; false: none. */
  retry?: RetryOptions | false
  /** Longest time of a call with its retries, in milliseconds; default 30000. */
  timeoutMs?: number
  /** Send calls of the same moment in one request; default true. */
  batch?: boolean
  /** More headers of each request. */
  headers?: Record<string, string>
  fetch?: typeof fetch
}

export type CallOptions = {
  signal?: AbortSignal
  /** Instead of the client's. */
  timeoutMs?: number
}

type Call<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>

type Page = { items: unknown[]; nextCursor: string | null }

/** All items over all pages; each page is asked for when it is needed. */
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
