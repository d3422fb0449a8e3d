import { invalidField } from '../errors/domain-error.ts'

/** @throws DomainError VALIDATION_FAILED if the password is too common or contains the email address */
export async function checkPassword(
  password: string,
  { email, field }: { email: string; field: string },
): Promise<void> {
  // Loaded on first use: unpacking the list would take a twentieth of the start-up time.
  const { COMMON_PASSWORDS } = await import('./common-passwords.ts')
  const lower = password.toLowerCase()
  if (COMMON_PASSWORDS.has(lower)) throw invalidField(field, 'Must not be a common password')
  const [localPart = ''] = email.split('@')
  if (lower.includes(email) || (localPart.length >= 4 && lower.includes(localPart))) {
    throw invalidField(field, 'Must not contain the email address or the part before its @')
  }
}
