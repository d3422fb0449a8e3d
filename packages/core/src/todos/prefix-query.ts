/** A tsquery that wants each word of `text`, or a word that begins with it. Nothing matches when there is no word. */
export function prefixQuery(text: string): string {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.map((word) => `'${word}':*`).join(' & ')
}
