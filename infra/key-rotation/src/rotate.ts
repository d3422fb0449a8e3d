import type { SecretVersions } from './secret-versions.ts'
import type { Service } from './service.ts'

/** Secrets Manager sends four of these per rotation, one per step. */
export type RotationEvent = {
  SecretId: string
  ClientRequestToken: string
  Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret'
}

/** How to rotate one kind of secret. Each function must tolerate a retry. */
export type Strategy<Value> = {
  next: (current: Value) => Value
  /** Makes the pending value valid, for example in the database. */
  set: (pending: Value, current: Value) => Promise<void>
  /** @throws Error if the pending value does not work */
  test: (pending: Value) => Promise<void>
}

export type Rotation<Value> = {
  secret: SecretVersions<Value>
  strategy: Strategy<Value>
  /** The service whose tasks read the secret at start, if there is one. */
  service?: Service
}

/** Runs one step of https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export async function rotate<Value>(event: RotationEvent, rotation: Rotation<Value>): Promise<void> {
  const { ClientRequestToken: version, Step: step } = event
  const { secret, strategy } = rotation
  const stages = await secret.stagesOf(version)
  const isCurrent = stages.includes('AWSCURRENT')
  if (!isCurrent && !stages.includes('AWSPENDING')) throw new Error(`version ${version} is not pending`)
  if (step === 'finishSecret') return finish(version, rotation, isCurrent)
  if (isCurrent) return

  if (step === 'createSecret') return create(version, rotation)
  const pending = await secret.pending(version)
  const current = (await secret.current()).value
  // Setting up a rotation calls only this step, possibly without a pending value.
  if (step === 'testSecret') return strategy.test(pending ?? current)
  if (pending === undefined) throw new Error(`version ${version} has no value yet`)
  return strategy.set(pending, current)
}

async function create<Value>(version: string, { secret, strategy, service }: Rotation<Value>): Promise<void> {
  if ((await secret.pending(version)) !== undefined) return
  const { value, createdAt } = await secret.current()
  // A rotation invalidates the previous value, so no task may still use it.
  if (service && !(await service.isDeployedSince(createdAt)))
    throw new Error(
      'not every task has started since the last rotation: check why the deployment has not finished',
    )
  await secret.put(version, strategy.next(value))
}

async function finish<Value>(
  version: string,
  { secret, service }: Rotation<Value>,
  isCurrent: boolean,
): Promise<void> {
  if (!isCurrent) await secret.promote(version)
  // Also if the version is current already: the previous attempt may have failed here.
  await service?.redeploy()
}
