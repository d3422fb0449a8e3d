import { ERRORS, MALFORMED_FIELDS } from '@todo/api'

/** The options that REST and its document share. */
export const REST_OPTIONS = {
  errors: ERRORS,
  malformedFields: MALFORMED_FIELDS,
  ifMatchError: 'VERSION_MISMATCH',
}
