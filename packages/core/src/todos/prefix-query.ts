/** A tsquery that wants each word of `text`, or a word that begins with it. Nothing matches when there is no word. */
export function prefixQuery(text: string): string {
  const pieces = text.split(/\s+/).map(pieceQuery)
  return pieces.filter((query) => query !== undefined).join(' & ')
}

/** Postgres keeps an address or a number such as 3.14 as one word: a piece is wanted by its words or as it is. */
function pieceQuery(piece: string): string | undefined {
  const words = piece.match(/[\p{L}\p{N}\p{M}]+/gu)
  if (!words) return undefined
  const each = words.map(beginning).join(' & ')
  return words[0] === piece ? each : `(${each} | ${beginning(piece)})`
}

const beginning = (word: string) => `'${word.replaceAll(/['\\]/g, '$&$&')}':*`
