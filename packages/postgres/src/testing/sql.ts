/** Template tag: turns interpolated values into parameters $1, $2 …. */
export const sql = (texts: TemplateStringsArray, ...values: unknown[]) => ({
  text: texts.reduce((text, next, index) => `${text}$${index}${next}`),
  values,
})
