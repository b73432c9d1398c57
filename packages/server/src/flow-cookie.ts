/**
 * The cookie of a sign-in with a provider that is under way. Lax: the provider's page sends the browser back, and the
 * browser must bring it then. Over https as {@link sessionCookies}.
 */

const SECURE_NAME = '__Host-rota_sign_in'
const PLAIN_NAME = 'rota_sign_in'

/** How long a sign-in with a provider may take. */
export const FLOW_SECONDS = 600

/** Null when there is none, or more than one. */
export function flowCookie(header: string | undefined, isSecure: boolean): string | null {
  const start = `${isSecure ? SECURE_NAME : PLAIN_NAME}=`
  const found = (header ?? '').split(';').flatMap((part) => {
    const pair = part.trim()
    return pair.startsWith(start) ? [pair.slice(start.length)] : []
  })
  return found.length === 1 ? found[0]! : null
}

/** A Set-Cookie header; null takes the cookie away. */
export function setFlowCookie(value: string | null, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME
  const seconds = value === null ? 0 : FLOW_SECONDS
  return `${name}=${value ?? ''}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}
