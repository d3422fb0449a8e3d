import * as z from 'zod'

// Postgres can store neither NUL nor a lone surrogate.
const isStorable = (value: string) => value.isWellFormed() && !value.includes('\0')

/** Text that Postgres can store. Lengths are in UTF-16 code units. */
export function text(min: number, max: number) {
  return z.string().min(min).max(max).refine(isStorable, 'Must not contain NUL or lone surrogates')
}

/** Trimmed text that is not empty. */
export function line(max: number) {
  return text(0, max + 100)
    .trim()
    .min(1)
    .max(max)
}

export const Id = z
  .uuid()
  .toLowerCase()
  .meta({ description: 'UUID', example: '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10' })

export const NewId = z.uuidv7('Must be a UUIDv7').toLowerCase().meta({
  description: 'A UUIDv7 chosen by the client, so that a retry cannot create a duplicate',
  example: '0199f0c5-7b3a-7cc2-9f00-5d2f6a1e4b10',
})

export const Instant = z.iso
  .datetime()
  .meta({ description: 'RFC 3339 instant in UTC', example: '2026-11-24T09:00:00.000Z' })

export const Colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'Must be a colour such as #2f80ed')
  .meta({ description: 'sRGB colour, #rrggbb', example: '#2f80ed' })

export const Position = z.number().meta({ description: 'Sort key: ascending among siblings', example: 3 })

const MAX_VERSION = 2_147_483_647

export const Version = z
  .int()
  .min(1)
  .max(MAX_VERSION)
  .meta({ description: 'Increases by one with every change; it is also the ETag', example: 1 })

/** Any integer. A number that cannot be a version matches nothing, like an unknown ETag. */
export const IfVersion = z
  .int()
  .overwrite((version) => Math.min(Math.max(version, 0), MAX_VERSION))
  .optional()
  .meta({ description: 'Write only if this is the current version, like `If-Match` on REST', example: 1 })

// ICU also accepts names from Java and retired IANA names. Postgres does not know them, or takes them for other zones.
const NOT_IANA =
  /^(A[CEGRS]T|B[ES]T|C[ANS]T|CTT|E[AC]T|I[ES]T|JST|MIT|N[ES]T|P[LNRS]T|[SV]ST|SystemV\/.*|US\/Pacific-New|Canada\/East-Saskatchewan)$/i

const isTimeZone = (value: string) => {
  try {
    return (
      /^[A-Za-z]/.test(value) &&
      !NOT_IANA.test(value) &&
      Boolean(new Intl.DateTimeFormat('en', { timeZone: value }))
    )
  } catch {
    return false
  }
}

const NOT_A_ZONE = 'Must be an IANA time zone such as Europe/Berlin'

export const TimeZone = z
  .string(NOT_A_ZONE)
  .max(64)
  .refine(isTimeZone, NOT_A_ZONE)
  .meta({ description: 'IANA time zone', example: 'Europe/Berlin' })

/** For filters: in the documentation, a request with the example would find nothing. */
export function withoutExample<T extends z.ZodType>(schema: T): T {
  return schema.clone().meta({ ...schema.meta(), example: undefined })
}
