import type { AppRouter } from '@todo/api'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { Contract } from '../src/index.ts'

// Fails to compile when the generated contract and the router part.

type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>

/** The router's types in the contract's words: void input is undefined, and an optional member may be undefined. */
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
/** Where all members are optional, the SDK lets one leave out the input. */
type Given<T> = [Exclude<T, undefined>] extends [never] ? undefined : Exclude<T, undefined>
type OutputOf<T> = T extends { output: infer Output } ? Output : never
/** tRPC's serialisation makes never of void. */
type NoNever<T> = [T] extends [never] ? void : T
type NoVoid<T> = T extends void ? undefined : T

type Parted = {
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

export const parted = (value: Parted): AllSame => value

type RouterOperations = { [Family in keyof Inputs]: keyof Inputs[Family] }
type ContractOperations = { [Family in keyof Contract]: keyof Contract[Family] }
export const complete = (value: RouterOperations): ContractOperations => value
export const nothingElse = (value: ContractOperations): RouterOperations => value
