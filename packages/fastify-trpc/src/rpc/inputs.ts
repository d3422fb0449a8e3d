import { TRPCError } from '@trpc/server'

export type Inputs = {
  read: () => Record<number, unknown>
  result: () => Record<number, unknown> | undefined
}

type Source = { text: string; isBatch: boolean; count: number; deserialize: (value: unknown) => unknown }

/** The inputs of a request. Like in tRPC, they are parsed once, when the first procedure needs its input. */
export function inputsOf(source: Source): Inputs {
  let inputs: Record<number, unknown> | undefined
  let failure: TRPCError | undefined
  return {
    result: () => inputs,
    read() {
      if (failure) throw failure
      try {
        return (inputs ??= parse(source))
      } catch (cause) {
        failure =
          cause instanceof TRPCError
            ? cause
            : new TRPCError({
                code: 'BAD_REQUEST',
                message: cause instanceof Error ? cause.message : 'Invalid input',
                cause,
              })
        throw failure
      }
    },
  }
}

function parse({ text, isBatch, count, deserialize }: Source): Record<number, unknown> {
  if (text === '') return {}
  const sent: unknown = JSON.parse(text)
  if (!isBatch) return { 0: deserialize(sent) }
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: '"input" needs to be an object when doing a batch call',
    })
  }
  const inputs: Record<number, unknown> = {}
  for (let index = 0; index < count; index += 1) {
    const input = (sent as Record<number, unknown>)[index]
    if (input !== undefined) inputs[index] = deserialize(input)
  }
  return inputs
}
