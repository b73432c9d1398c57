import { encodingOf } from '@rota/core'
import type { HopResponse } from './http-hop.ts'

/** The `charset` parameter of a Content-Type (RFC 9110, 8.3.1 and 5.6.6); null when there is none. */
function charsetOf(contentType: string): string | null {
  for (const parameter of contentType.split(';').slice(1)) {
    const at = parameter.indexOf('=')
    if (at === -1 || parameter.slice(0, at).trim().toLowerCase() !== 'charset') continue
    const value = parameter.slice(at + 1).trim()
    return value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  }
  return null
}

/**
 * A reply's body as text: in the encoding the task names, else the one the header names, else UTF-8. Bytes that mean
 * nothing in that encoding become U+FFFD.
 */
export function decodeBody({ headers, body }: HopResponse, encoding: string | null): string {
  const header = headers['content-type']
  const charset = charsetOf(typeof header === 'string' ? header : (header?.[0] ?? ''))
  const name = encodingOf(encoding ?? charset ?? '') ?? 'utf-8'
  // A byte order mark stays in the text, as it always has: its author put it there.
  return new TextDecoder(name, { ignoreBOM: true }).decode(body)
}
