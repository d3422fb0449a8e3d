import { TRPCError } from '@trpc/server'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { inputProblemOf } from './input-problem.ts'

const Time = z.union(
  [z.strictObject({ date: z.iso.date() }), z.strictObject({ at: z.iso.datetime(), zone: z.string() })],
  'Must be a date or an instant',
)
const Step = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), time: Time }),
  z.strictObject({ op: z.literal('remove') }),
])
const Input = z.strictObject({
  id: z.uuid().optional(),
  time: Time.optional(),
  steps: z.array(Step).optional(),
})

function problemOf(input: unknown) {
  const { error: cause } = Input.safeParse(input)
  return inputProblemOf(new TRPCError({ code: 'BAD_REQUEST', cause }), new Set(['id']))
}

const errorsOf = (input: unknown) =>
  problemOf(input)?.errors.map(({ path, message }) => `${path}: ${message}`)

describe('the errors of a union', () => {
  test.for<[string, unknown, string]>([
    ['another type', 'tomorrow', 'time: Must be a date or an instant'],
    ['members of no option', {}, 'time: Must be a date or an instant'],
    [
      'members of several options',
      { date: '2026-12-24', at: '2026-12-24T17:00:00Z', zone: 'UTC' },
      'time: Must be a date or an instant',
    ],
    [
      'a member that is missing',
      { zone: 'UTC' },
      'time.at: Invalid input: expected string, received undefined',
    ],
    ['an invalid member', { date: 'x' }, 'time.date: Invalid ISO date'],
  ])('%s', ([, time, error]) => {
    expect(errorsOf({ time })).toEqual([error])
  })

  test('name the values of a discriminator', () => {
    for (const step of [{}, { op: 'paint' }])
      expect(errorsOf({ steps: [step] })).toEqual([
        "steps.0.op: Invalid discriminator value. Expected 'add' | 'remove'",
      ])
  })

  test('have the path of a union inside another', () => {
    expect(errorsOf({ steps: [{ op: 'add', time: { at: '2026-12-24T17:00:00Z' } }] })).toEqual([
      'steps.0.time.zone: Invalid input: expected string, received undefined',
    ])
  })
})

test('there are at most 20 errors', () => {
  const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`member${index}`, 1]))
  expect(errorsOf(unknown)).toHaveLength(20)
})

test('an input is malformed if one of the given members is invalid', () => {
  expect(problemOf({ id: 'x', time: 'x' })).toMatchObject({ status: 400, code: 'MALFORMED' })
  expect(problemOf({ time: 'x' })).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' })
})

test('other errors give no input problem', () => {
  const { error: cause } = Input.safeParse(1)
  expect(inputProblemOf(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }), new Set())).toBeUndefined()
  expect(
    inputProblemOf(new TRPCError({ code: 'BAD_REQUEST', cause: new Error('x') }), new Set()),
  ).toBeUndefined()
})
