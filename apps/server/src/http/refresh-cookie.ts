/** The cookie that holds the refresh token in mode `cookie`. */
export const REFRESH_COOKIE = '__Host-refresh'
