import { expect, test } from 'vitest'
import { etagMatches, formatEtag, strongTagsOf } from './etag.ts'

test.for([
  [3, '"3"'],
  [1e21, '"1e+21"'],
  [12345678901234567890n, '"12345678901234567890"'],
  ['v1,rc', '"v1,rc"'],
  ['', '""'],
  ['a "b"\r\n50%', '"a%20%22b%22%0D%0A50%25"'],
  ['日\u{1F4D6}', '"%E6%97%A5%F0%9F%93%96"'],
  ['half\uD83D', '"half%EF%BF%BD"'],
  [new Date('2026-01-02T03:04:05.678Z'), '"2026-01-02T03:04:05.678Z"'],
] as const)('%s is the strong tag %s', ([version, tag]) => {
  expect(formatEtag(version)).toBe(tag)
})

test.for(['"3"', 'W/"3"', '"2","3"', '"2", W/"3"', '"a,b" , "3"', ' * '])('%s matches "3"', (header) => {
  expect(etagMatches(header, '"3"')).toBe(true)
})

test.for([undefined, '', '3', '"33"', '"3', 'x"3"', 'w/"3"', '"2", W/"4"', '"a,"3""'])(
  '%s does not match "3"',
  (header) => {
    expect(etagMatches(header, '"3"')).toBe(false)
  },
)

test('If-Match names versions by strong tags only', () => {
  const texts = (header: string) => strongTagsOf(header).map(({ text }) => text)
  expect(texts(' "12" ')).toEqual(['12'])
  expect(texts('"a%20b", W/"c", "d,e"')).toEqual(['a b', 'd,e'])
  expect(texts('"100%"')).toEqual(['100%'])
  expect(['W/"1"', '1', '"1', ''].flatMap(texts)).toEqual([])
})

// With quadratic time, this test would time out.
test.for([',', ',"', ' ', '"', ', "a" b'])('a long header of %s takes no longer than its length', (part) => {
  const header = part.repeat(500_000)
  expect(strongTagsOf(header).length).toBeLessThan(header.length)
})
