import type { AppRouter, Reason } from '@todo/api'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { Contract, ErrorCode, TodoApiError } from '../src/index.ts'

// Fails to compile if the generated contract differs from the router.

type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>

/** Makes the types comparable: void becomes undefined, and optional members may be undefined. */
type Loose<T> = T extends readonly (infer Item)[]
  ? Loose<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: object extends Pick<T, Key> ? Loose<T[Key]> | undefined : Loose<T[Key]> }
    : T

type Same<A, B> = [Loose<A>] extends [Loose<B>]
  ? [Loose<B>] extends [Loose<A>]
    ? true
    : { router: A; contract: B }
  : { router: A; contract: B }

type InputOf<T> = T extends { input: infer Input } ? Input : never
/** The SDK lets callers leave out an input without required members. */
type Given<T> = [Exclude<T, undefined>] extends [never] ? undefined : Exclude<T, undefined>
type OutputOf<T> = T extends { output: infer Output } ? Output : never
/** tRPC infers never for a void output. */
type NoNever<T> = [T] extends [never] ? void : T
type NoVoid<T> = T extends void ? undefined : T

type Differences = {
  [Family in keyof Contract]: {
    [Name in keyof Contract[Family]]: [
      Same<
        NoVoid<Name extends keyof Inputs[Family] ? Inputs[Family][Name] : unknown>,
        Given<InputOf<Contract[Family][Name]>>
      >,
      Same<
        NoNever<Name extends keyof Outputs[Family] ? Outputs[Family][Name] : unknown>,
        OutputOf<Contract[Family][Name]>
      >,
    ]
  }
}

type AllSame = { [Family in keyof Contract]: { [Name in keyof Contract[Family]]: [true, true] } }

export const differences = (value: Differences): AllSame => value

type RouterOperations = { [Family in keyof Inputs]: keyof Inputs[Family] }
type ContractOperations = { [Family in keyof Contract]: keyof Contract[Family] }
export const complete = (value: RouterOperations): ContractOperations => value
export const nothingElse = (value: ContractOperations): RouterOperations => value

export const reasons = (value: Reason): ErrorCode => value
export const codes = (value: ErrorCode): Reason => value

export function narrowed({ code }: TodoApiError): 'TODO_NOT_FOUND' | 'HTTP_502' | undefined {
  if (code === 'TODO_NOT_FOUND' || code === 'HTTP_502') return code
  // @ts-expect-error a typo does not compile
  if (code === 'TODO_NOTFOUND') return undefined
  return undefined
}
