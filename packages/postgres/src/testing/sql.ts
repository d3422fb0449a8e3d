/** A statement with $1, $2 … for the values that are inserted into it. */
export const sql = (texts: TemplateStringsArray, ...values: unknown[]) => ({
  text: texts.reduce((text, next, index) => `${text}$${index}${next}`),
  values,
})
