import { expect, test } from 'vitest'
import { etagMatches, formatEtag, versionOfIfMatch } from './etag.ts'

test('a version is a strong tag', () => {
  expect(formatEtag(3)).toBe('"3"')
})

test.for(['"3"', 'W/"3"', '"2","3"', ' * '])('%s matches "3"', (header) => {
  expect(etagMatches(header, '"3"')).toBe(true)
})

test.for([undefined, '', '3', '"33"', '"3', '"2", W/"4"'])('%s does not match "3"', (header) => {
  expect(etagMatches(header, '"3"')).toBe(false)
})

test('If-Match names a version by a strong tag only', () => {
  expect(versionOfIfMatch(' "12" ')).toBe(12)
  expect(['W/"1"', '1', '"a"', '"1", "2"', '"1234567890"'].map(versionOfIfMatch)).toEqual(
    Array.from({ length: 5 }),
  )
})
