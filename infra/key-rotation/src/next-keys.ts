/** The JWT secret as Secrets Manager keeps it. ECS hands its first two members to the service, by these names. */
export type Keys = {
  /** Signs. */
  'jwt-secret': string
  /** Verifies only: the key to come once it is announced, the one before once it is promoted. */
  'jwt-secret-previous': string
  step: 'announced' | 'promoted'
}

/**
 * One step of a rotation. Tasks read their keys when they start, so those of two neighbouring steps serve side by side
 * while the service is deployed anew: a key is announced to all of them before the first one signs with it.
 */
export function nextKeys(keys: Keys, fresh: string): Keys {
  const { 'jwt-secret': signing, 'jwt-secret-previous': other, step } = keys
  if (step === 'announced') return { 'jwt-secret': other, 'jwt-secret-previous': signing, step: 'promoted' }
  return { 'jwt-secret': signing, 'jwt-secret-previous': fresh, step: 'announced' }
}

const MIN_BYTES = 32

/** @throws Error when the service would refuse to start with them; it shows no key */
export function checkKeys(keys: Keys): void {
  const { 'jwt-secret': signing, 'jwt-secret-previous': other } = keys
  if (signing === other) throw new Error('the two keys are the same')
  if ([signing, other].some((key) => Buffer.byteLength(key) < MIN_BYTES))
    throw new Error(`a key has less than ${MIN_BYTES} bytes`)
}
