/**
 * The same text as the string that V8 finds members by. One that a match or toLowerCase() made is another, and V8
 * optimises code that reads by it and throws it away, again and again.
 */
export const asKey = (name: string): string => Object.keys({ [name]: true })[0] ?? name
