import { dictionary } from '@zxcvbn-ts/language-common'

export const COMMON_PASSWORDS = new Set(
  dictionary['passwords-common'].filter((password) => password.length >= 8),
)
