export { createTodoClient } from './client.ts'
export {
  type FieldError,
  TodoApiError,
  type TodoErrorCode,
  TodoNetworkError,
  TodoTimeoutError,
  isTodoApiError,
} from './errors.ts'
export type * from './generated/contract.ts'
export type { RetryOptions } from './retry.ts'
export type { StoredSession, SessionStore } from './session.ts'
export type { CallOptions, TodoClient, TodoClientOptions } from './types.ts'
