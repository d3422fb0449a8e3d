/** A tsquery that matches if each word of `text` begins a word. Text without a word matches nothing. */
export function prefixQuery(text: string): string {
  const pieces = text.split(/\s+/).map(pieceQuery)
  return pieces.filter((query) => query !== undefined).join(' & ')
}

/** Postgres keeps an address, or a number such as 3.14, as one word: match a piece by its words or as a whole. */
function pieceQuery(piece: string): string | undefined {
  const words = piece.match(/[\p{L}\p{N}\p{M}]+/gu)
  if (!words) return undefined
  const each = words.map(beginning).join(' & ')
  return words[0] === piece ? each : `(${each} | ${beginning(piece)})`
}

const beginning = (word: string) => `'${word.replaceAll(/['\\]/g, '$&$&')}':*`
