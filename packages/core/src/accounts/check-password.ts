import { dictionary } from '@zxcvbn-ts/language-common'
import { invalidField } from '../errors.ts'

const COMMONEST = new Set(dictionary['passwords-common'].filter((password) => password.length >= 8))

/** @throws DomainError UNPROCESSABLE when the password is among the commonest or contains the email address */
export function checkPassword(password: string, { email, field }: { email: string; field: string }): void {
  const lower = password.toLowerCase()
  if (COMMONEST.has(lower))
    throw invalidField(field, 'This is one of the commonest passwords: choose another.')
  const [localPart = ''] = email.split('@')
  if (lower.includes(email) || (localPart.length >= 4 && lower.includes(localPart))) {
    throw invalidField(field, 'Must not contain the email address')
  }
}
