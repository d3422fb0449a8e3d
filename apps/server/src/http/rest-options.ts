// What the REST door and its document agree on.

export const API_PREFIX = '/api/v1'

/** Opaque input: what is wrong there is a malformed request, as an unparsable id in the path is. */
export const MALFORMED_FIELDS = ['cursor', 'since']
