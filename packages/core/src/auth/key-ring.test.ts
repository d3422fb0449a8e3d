import { createHmac } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { DomainError } from '../errors/domain-error.ts'
import { createKeyRing, signingKey } from './key-ring.ts'

const [oldKey, newKey] = [
  signingKey('the old secret, long enough'),
  signingKey('the new secret, long enough'),
]
const ring = createKeyRing([newKey, oldKey])
const caller = {
  kind: 'user' as const,
  id: '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10',
  sessionId: '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b11',
}

const seconds = () => Math.floor(Date.now() / 1000)
const claims = () => ({ sub: caller.id, sid: caller.sessionId, iat: seconds(), exp: seconds() + 900 })
const header = { alg: 'HS256', typ: 'JWT', kid: newKey.kid }
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token made by hand, which may be invalid. */
function forged(
  { head = header, payload = claims() }: { head?: object; payload?: object },
  { secret = newKey.secret, hash = 'sha256' } = {},
): string {
  const signed = `${encoded(head)}.${encoded(payload)}`
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
}

test('the tokens of each key verify, and the first key signs new ones', () => {
  expect(ring.verify(ring.sign(caller, new Date()))).toEqual(caller)
  expect(ring.verify(createKeyRing([oldKey]).sign(caller, new Date()))).toEqual(caller)
  expect(createKeyRing([newKey]).verify(ring.sign(caller, new Date()))).toEqual(caller)
  expect(ring.verify(forged({}))).toEqual(caller)
})

test('a token expires after 15 minutes, also if it was verified before', () => {
  expect(() => ring.verify(ring.sign(caller, new Date(Date.now() - 901_000)))).toThrow(
    expect.objectContaining({ kind: 'UNAUTHORIZED', reason: 'TOKEN_EXPIRED' }),
  )
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const token = ring.sign(caller, new Date())
  vi.advanceTimersByTime(899_000)
  expect(ring.verify(token)).toEqual(caller)
  vi.advanceTimersByTime(2_000)
  expect(outcome(token)).toBe('TOKEN_EXPIRED')
})

describe('an invalid token', () => {
  const token = ring.sign(caller, new Date())
  const [head, payload, signature = ''] = token.split('.')
  const withoutClaim = (name: 'sub' | 'sid' | 'exp') => {
    const { [name]: _, ...rest } = claims()
    return forged({ payload: rest })
  }
  const stranger = { ...claims(), sub: '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b99' }
  const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)

  test.each([
    ['a tampered payload', `${head}.${encoded(stranger)}.${signature}`],
    ['a tampered signature', `${head}.${payload}.${flipped}`],
    ['no signature', `${head}.${payload}.`],
    ['alg none', `${encoded({ alg: 'none', typ: 'JWT', kid: newKey.kid })}.${payload}.`],
    ['alg none with a signature', forged({ head: { ...header, alg: 'none' } })],
    ['another key', forged({}, { secret: 'somebody else’s secret' })],
    ['the other key of the ring', forged({}, { secret: oldKey.secret })],
    ['an unknown kid', forged({ head: { ...header, kid: 'unknown' } })],
    ['no kid', forged({ head: { alg: 'HS256', typ: 'JWT' } })],
    ['HS512', forged({ head: { ...header, alg: 'HS512' } }, { hash: 'sha512' })],
    ['no sub', withoutClaim('sub')],
    ['no sid', withoutClaim('sid')],
    ['no exp', withoutClaim('exp')],
    ['a sub that is no id', forged({ payload: { ...claims(), sub: 'admin' } })],
    ['an exp that is no number', forged({ payload: { ...claims(), exp: 'never' } })],
    ['nothing', ''],
    ['dots', '..'],
    ['two parts', `${head}.${payload}`],
    ['words', 'not a token'],
  ])('%s', (_, invalid) => {
    expect(outcome(invalid)).toBe('TOKEN_INVALID')
  })

  test('a changed token with the signature of a verified one', () => {
    expect(ring.verify(token)).toEqual(caller)
    expect(outcome(`${head}.${encoded(stranger)}.${signature}`)).toBe('TOKEN_INVALID')
    expect(ring.verify(token)).toEqual(caller)
  })
})

function outcome(token: string): unknown {
  try {
    return ring.verify(token)
  } catch (error) {
    return error instanceof DomainError && error.kind === 'UNAUTHORIZED' ? error.reason : error
  }
}
