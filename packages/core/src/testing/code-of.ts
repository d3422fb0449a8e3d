import { DomainError } from '../errors/domain-error.ts'

/** The code that an answer is refused with, or `OK`; any other error stays one. */
export function codeOf(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    () => 'OK',
    (error: unknown) => {
      if (error instanceof DomainError) return error.kind
      throw error
    },
  )
}
