import { type KeyRing, createKeyRing, signingKey } from '@todo/core'
import { mkdtemp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenKeyRing, openKeyRing } from '../src/jwt-keys.ts'

const caller = { kind: 'user' as const, id: uuidv7(), sessionId: uuidv7() }
const secretOf = (name: string) => `the secret of ${name}`.padEnd(40, '.')
const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid

let dir: string
let opened: OpenKeyRing[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'todo-keys-'))
})
afterEach(async () => {
  for (const ring of opened) ring.close()
  opened = []
  await rm(dir, { recursive: true })
})

const put = (...names: string[]) =>
  Promise.all(names.map((name) => writeFile(join(dir, name), `${secretOf(name)}\n`)))

const open = (env: Partial<Parameters<typeof openKeyRing>[0]> = {}, errors: unknown[] = []) => {
  const ring = openKeyRing(
    { jwtSecret: undefined, jwtSecretPrevious: undefined, jwtKeysDir: dir, jwtKeysDelaySeconds: 0, ...env },
    (error) => errors.push(error),
  )
  opened.push(ring)
  return ring
}

const sign = (ring: KeyRing, time = new Date()) => ring.sign(caller, time)
const of = (...names: string[]) =>
  createKeyRing(names.map((kid) => ({ kid, secret: secretOf(kid) })) as [{ kid: string; secret: string }])

describe('two secrets', () => {
  const [old, now] = [secretOf('old'), secretOf('now')]
  const variables = { jwtKeysDir: undefined, jwtSecret: now, jwtSecretPrevious: old }

  test('the new one signs, and both verify', () => {
    const ring = open(variables)
    expect(kidOf(sign(ring))).toBe(signingKey(now).kid)
    expect(ring.verify(sign(createKeyRing([signingKey(old)])))).toEqual(caller)
    expect(() => ring.verify(sign(createKeyRing([signingKey(secretOf('third'))])))).toThrow('not valid')
  })
})

describe('a folder of keys', () => {
  test('the newest by name signs, and all verify; a secret in the environment verifies, too', async () => {
    await put('b', 'a')
    const ring = open({ jwtSecret: secretOf('env') })
    expect(kidOf(sign(ring))).toBe('b')
    for (const name of ['a', 'b']) expect(ring.verify(sign(of(name)))).toEqual(caller)
    expect(ring.verify(sign(createKeyRing([signingKey(secretOf('env'))])))).toEqual(caller)
  })

  test('a new key is read before a token signed with it is refused, and soon signs', async () => {
    await put('a')
    const ring = open()
    const token = sign(of('b'))
    expect(() => ring.verify(token)).toThrow('not valid')
    await put('b')
    expect(ring.verify(token)).toEqual(caller)
    await put('c')
    await expect.poll(() => kidOf(sign(ring))).toBe('c')
  })

  test('a removed key is no longer accepted, even for tokens that were verified before', async () => {
    await put('a', 'b')
    const ring = open()
    const token = sign(of('a'))
    expect(ring.verify(token)).toEqual(caller)
    await rm(join(dir, 'a'))
    await expect.poll(() => ring.hasKeyOf(token)).toBe(false)
    expect(() => ring.verify(token)).toThrow('not valid')
  })

  test('changes are found when Kubernetes replaces a symbolic link', async () => {
    const swap = async (...names: string[]) => {
      const version = join(dir, `..${uuidv7()}`)
      await mkdir(version)
      for (const name of names) await writeFile(join(version, name), secretOf(name))
      await symlink(version, join(dir, '..data_tmp'))
      await rename(join(dir, '..data_tmp'), join(dir, '..data'))
      for (const name of names) await symlink(join('..data', name), join(dir, name)).catch(() => undefined)
    }
    await swap('a')
    const ring = open()
    expect(kidOf(sign(ring))).toBe('a')
    await swap('a', 'b')
    expect(ring.verify(sign(of('b')))).toEqual(caller)
    expect(kidOf(sign(ring))).toBe('b')
  })

  test('a key does not sign until all instances have had time to read it', async () => {
    await put('20261124T100000Z', '20261124T120000Z')
    const ring = open({ jwtKeysDelaySeconds: 300 })
    expect(kidOf(sign(ring, new Date('2026-11-24T12:04:59Z')))).toBe('20261124T100000Z')
    expect(kidOf(sign(ring, new Date('2026-11-24T12:05:00Z')))).toBe('20261124T120000Z')
    expect(kidOf(sign(ring, new Date('2026-11-24T09:00:00Z')))).toBe('20261124T100000Z')
    expect(ring.verify(sign(of('20261124T120000Z')))).toEqual(caller)
  })

  test('if a key cannot be read, the current keys stay, and the error is reported', async () => {
    await put('a')
    const errors: unknown[] = []
    const ring = open({}, errors)
    await writeFile(join(dir, 'b'), 'short')
    expect(() => ring.verify(sign(of('b')))).toThrow('not valid')
    expect(kidOf(sign(ring))).toBe('a')
    expect(String(errors[0])).toContain('Key b must have at least 32 bytes')
    expect(String(errors[0])).not.toContain('short')
  })

  test('the server does not start without a key', () => {
    expect(() => open()).toThrow('contains no key')
  })
})
