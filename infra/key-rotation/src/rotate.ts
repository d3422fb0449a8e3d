import type { SecretVersions } from './secret-versions.ts'
import type { Service } from './service.ts'

/** What Secrets Manager sends four times for each rotation, once for each step. */
export type RotationEvent = {
  SecretId: string
  ClientRequestToken: string
  Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret'
}

/** What one kind of secret needs. Each function may be called again after a failure. */
export type Strategy<Value> = {
  next: (current: Value) => Value
  /** Makes the pending value valid where it is used. */
  set: (pending: Value, current: Value) => Promise<void>
  /** @throws Error when the pending value would not work */
  test: (pending: Value) => Promise<void>
}

export type Rotation<Value> = {
  secret: SecretVersions<Value>
  strategy: Strategy<Value>
  /** Whose tasks read the secret when they start; absent when none do. */
  service?: Service
}

/** One step, as in https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export async function rotate<Value>(event: RotationEvent, rotation: Rotation<Value>): Promise<void> {
  const { ClientRequestToken: version, Step: step } = event
  const { secret, strategy } = rotation
  const stages = await secret.stagesOf(version)
  const isCurrent = stages.includes('AWSCURRENT')
  if (!isCurrent && !stages.includes('AWSPENDING'))
    throw new Error(`version ${version} is not to be rotated to`)
  if (step === 'finishSecret') return finish(version, rotation, isCurrent)
  if (isCurrent) return

  if (step === 'createSecret') return create(version, rotation)
  const pending = await secret.pending(version)
  const current = (await secret.current()).value
  // Set up anew, it is asked for this step alone, and may have made nothing to test.
  if (step === 'testSecret') return strategy.test(pending ?? current)
  if (pending === undefined) throw new Error(`version ${version} has no value yet`)
  return strategy.set(pending, current)
}

async function create<Value>(version: string, { secret, strategy, service }: Rotation<Value>): Promise<void> {
  if ((await secret.pending(version)) !== undefined) return
  const { value, createdAt } = await secret.current()
  // The step makes the value before the current one invalid: no task may still run on it.
  if (service && !(await service.isDeployedSince(createdAt)))
    throw new Error('not every task has started since the last rotation: see why the deployment did not end')
  await secret.put(version, strategy.next(value))
}

async function finish<Value>(
  version: string,
  { secret, service }: Rotation<Value>,
  isCurrent: boolean,
): Promise<void> {
  if (!isCurrent) await secret.promote(version)
  // Also when it is current already: then it was this that failed.
  await service?.redeploy()
}
