/** An output that is JSON text already; made by `jsonText`. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** For whoever serialises it without knowing it, such as tRPC's streams. */
  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

/**
 * An output that is JSON text already, such as a database makes: both doors write it into the answer as it is, neither
 * parsed nor checked. Who calls the procedure in process gets it so, too: `fromJsonText` reads it.
 */
export function jsonText<T>(text: string): T {
  return new JsonText(text) as T
}

/** The value of an output that may be JSON text; other values stay as they are. */
export function fromJsonText<T>(output: T): T {
  return output instanceof JsonText ? (output.toJSON() as T) : output
}

/** The JSON of an output; undefined if it has none. */
export function toJson(output: unknown): string | undefined {
  return output instanceof JsonText ? output.text : JSON.stringify(output)
}
