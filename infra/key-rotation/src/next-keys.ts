/** The JWT secret in Secrets Manager. ECS passes its first two members to the service. */
export type Keys = {
  /** Signs and verifies. */
  'jwt-secret': string
  /** Only verifies: the next key while announced, the previous one after the promotion. */
  'jwt-secret-previous': string
  step: 'announced' | 'promoted'
}

/**
 * One step of a rotation. Tasks read keys at start, so tasks of two consecutive steps serve at the same time during a
 * redeployment. Therefore a key is announced to all tasks before the first one signs with it.
 */
export function nextKeys(keys: Keys, fresh: string): Keys {
  const { 'jwt-secret': signing, 'jwt-secret-previous': other, step } = keys
  if (step === 'announced') return { 'jwt-secret': other, 'jwt-secret-previous': signing, step: 'promoted' }
  return { 'jwt-secret': signing, 'jwt-secret-previous': fresh, step: 'announced' }
}

const MIN_BYTES = 32

/** @throws Error if the service would refuse to start with these keys; the message contains no key */
export function checkKeys(keys: Keys): void {
  const { 'jwt-secret': signing, 'jwt-secret-previous': other } = keys
  if (signing === other) throw new Error('the two keys are the same')
  if ([signing, other].some((key) => Buffer.byteLength(key) < MIN_BYTES))
    throw new Error(`a key has fewer than ${MIN_BYTES} bytes`)
}
