import { RotaError, say } from '@rota/core'

/** Sent with requests that change something by a cookie: no form and no foreign page can add it (fetch needs CORS). */
const CSRF_HEADER = 'x-rota-csrf'
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What a browser tells about where a request comes from. */
export interface RequestOrigin {
  method: string
  /** Host and port as the browser sees them. */
  host: string
  headers: Record<string, string | string[] | undefined>
}

/**
 * Refuses a request that carries a cookie but was made by another site. `Sec-Fetch-Site` decides where the browser sends
 * it, else `Origin` against the host, of which the scheme is left aside: only a proxy knows it for sure
 * (https://web.dev/articles/fetch-metadata; OWASP CSRF Prevention Cheat Sheet, "Custom Request Headers").
 * Throws `forbidden`.
 */
export function refuseForeign({ method, host, headers }: RequestOrigin): void {
  const isSafe = SAFE_METHODS.has(method)
  const site = headers['sec-fetch-site']
  const origin = headers.origin
  if (typeof site === 'string') {
    // "none": typed, bookmarked or opened as a link in a new window by the person.
    if (site !== 'same-origin' && !(isSafe && site === 'none')) throw foreign()
  } else if (typeof origin === 'string' && hostOf(origin) !== host.toLowerCase()) {
    throw foreign()
  }
  if (!isSafe && headers[CSRF_HEADER] !== '1') {
    throw new RotaError('forbidden', say`A change made with the session cookie needs the header "X-Rota-CSRF: 1".`)
  }
}

function foreign(): RotaError {
  const mend = say`If a proxy stands before the server, it must pass the Host header on.`
  return new RotaError('forbidden', say`A session cookie is taken from this server's own pages only. ${mend}`)
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
