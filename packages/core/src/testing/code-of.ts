import { DomainError } from '../errors/domain-error.ts'

/** The code of the error that a call fails with, or `OK`. Other errors are thrown. */
export function codeOf(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    () => 'OK',
    (error: unknown) => {
      if (error instanceof DomainError) return error.kind
      throw error
    },
  )
}
