import { say } from '@rota/core'

/** Brings settings of earlier releases into today's form; answers what to tell the owner about them. */
export function modernise(settings: Record<string, unknown>): string[] {
  const http = settings.http as Record<string, unknown> | null | undefined
  if (typeof http !== 'object' || http === null) return []
  const given = http.trust_proxy
  // A variable holds a list: of one word.
  const word = Array.isArray(given) && given.length === 1 ? given[0] : given
  if (/^(false|no|off|0)$/i.test(String(word))) http.trust_proxy = []
  if (!/^(true|yes|on|1)$/i.test(String(word))) return []
  http.trust_proxy = ['any']
  return [
    say`http.trust_proxy: true believes whoever connects; name the proxies instead, for example [10.0.0.5, 192.168.0.0/16].`,
  ]
}

/** The same of a copy, without a word. */
export function modernised(settings: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(settings)
  modernise(copy)
  return copy
}
