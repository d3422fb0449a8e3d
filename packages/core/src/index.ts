export type { Actor, SystemActor, UserActor } from './actor.ts'
export type { Context, OwnerContext, SessionContext } from './context.ts'
export { ERROR_KINDS, ERRORS, type ErrorKind, type Reason } from './errors/catalogue.ts'
export { DomainError, type FieldError } from './errors/domain-error.ts'
export { Id, IfVersion } from './fields.ts'
export { newGroupId, newId } from './new-id.ts'

export {
  ACCESS_TOKEN_SECONDS,
  createKeyRing,
  signingKey,
  type KeyRing,
  type SigningKey,
} from './auth/key-ring.ts'
export { createPasswordHasher, type PasswordHasher } from './auth/password-hasher.ts'
export { followRevocations, type Revocations } from './auth/revocations.ts'

export {
  Account,
  ChangePassword,
  ChangeProfile,
  DeleteAccount,
  LogIn,
  Refresh,
  Session,
  SessionMode,
  SignUp,
  Tokens,
} from './accounts/schemas.ts'
export { signUp } from './accounts/sign-up.ts'
export { type Grant, REFRESH_TOKEN_SECONDS, logIn } from './accounts/log-in.ts'
export { refresh } from './accounts/refresh.ts'
export { listSessions, logOut, logOutEverywhere, revokeSession } from './accounts/sessions.ts'
export { changePassword, changeProfile, deleteAccount, getProfile } from './accounts/profile.ts'

export { ChangeList, CreateList, List, ListId, ListLists, MoveList } from './lists/schemas.ts'
export { changeList, createList, getList, listLists } from './lists/lists.ts'
export { moveList } from './lists/move-list.ts'
export { deleteList, purgeList, restoreList } from './trash/trash-list.ts'

export { ChangeLabel, CreateLabel, Label, LabelId } from './labels/schemas.ts'
export { changeLabel, createLabel, deleteLabel, getLabel, listLabels } from './labels/labels.ts'

export {
  BulkResult,
  BulkTodos,
  ChangeTodo,
  Counts,
  CreateTodo,
  ListTodos,
  MoveTodo,
  Todo,
  TodoId,
  TodoIdIfVersion,
  TodoPage,
  TodoTime,
} from './todos/schemas.ts'
export { changeTodo, completeTodo, reopenTodo } from './todos/change-todo.ts'
export { createTodo } from './todos/create-todo.ts'
export { getTodo } from './todos/get-todo.ts'
export { moveTodo } from './todos/move-todo.ts'
export { listTodos } from './todos/list-todos.ts'
export { countTodos } from './todos/count-todos.ts'
export { bulkTodos } from './todos/bulk-todos.ts'
export { deleteTodo, purgeTodo, restoreTodo } from './trash/trash-todo.ts'

export { Change, ChangePage, ListChanges } from './changes/schemas.ts'
export { listChanges } from './changes/list-changes.ts'
export { type PruneOptions, prune } from './retention/prune.ts'
export { isStatementTimeout, isUnavailable } from '@todo/postgres'
export type { Reader, Replication } from '@todo/db'
