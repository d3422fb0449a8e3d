import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MUTANTS } from './list.ts'

const ROOT = join(import.meta.dirname, '../../..')

test.each(MUTANTS)('the mutant still applies: $claim', ({ file, from, test: { dir, file: tests } }) => {
  const parts = readFileSync(join(ROOT, file), 'utf8').split(from)
  expect(parts).toHaveLength(2)
  expect(existsSync(join(ROOT, dir, tests))).toBe(true)
})
