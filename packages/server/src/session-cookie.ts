/**
 * The cookie that holds a browser's session. Over https its name begins with `__Host-`, which a browser lets only this
 * very host set, for all paths and never over http (RFC 6265bis, section 4.1.3.2).
 */

const SECURE_NAME = '__Host-rota_session'
const PLAIN_NAME = 'rota_session'

/** What a reply does to the browser's session cookie. */
export interface CookieChange {
  /** Null takes the cookie away. */
  value: string | null
  maxAgeSeconds: number
}

/** The values of the session cookie in a Cookie header; more than one when somebody has planted another. */
export function sessionCookies(header: string | undefined, isSecure: boolean): string[] {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME
  return (header ?? '').split(';').flatMap((part) => {
    const at = part.indexOf('=')
    return at >= 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : []
  })
}

/** A Set-Cookie header. Strict: no foreign page can make the browser send it, not even by a link. */
export function setSessionCookie({ value, maxAgeSeconds }: CookieChange, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME
  const seconds = value === null ? 0 : Math.floor(maxAgeSeconds)
  return `${name}=${value ?? ''}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}
