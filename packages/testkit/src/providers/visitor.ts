/** A browser that follows redirects and keeps cookies by address, without the page. */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** One request; a redirect is answered as it is. */
  async fetch(address: string, options: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(address)
    const kept = this.#cookies.get(origin) ?? new Map<string, string>()
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }), ...options.headers }
    const response = await fetch(address, { ...options, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) keep(kept, line)
    this.#cookies.set(origin, kept)
    return response
  }

  /** Follows redirects until `isThere`, or to the first reply that is none; answers that address and reply. */
  async follow(address: string, isThere: (address: string) => boolean, options: RequestInit = {}) {
    let at = address
    let response = await this.fetch(at, options)
    for (let hops = 0; hops < 20; hops++) {
      const next = response.headers.get('location')
      if (next === null) break
      at = new URL(next, at).href
      if (isThere(at)) break
      response = await this.fetch(at)
    }
    return { at, response }
  }

  cookie(origin: string, name: string): string | undefined {
    return this.#cookies.get(origin)?.get(name)
  }
}

function keep(kept: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const isGone = attributes.some((each) => /^max-age=0$/i.test(each) || /^expires=thu, 01 jan 1970/i.test(each))
  if (isGone) kept.delete(pair.slice(0, at))
  else kept.set(pair.slice(0, at), pair.slice(at + 1))
}

/** Signs in at the test provider's own pages as `person`, and says yes; answers where it then sends the browser. */
export async function passProvider(visitor: Visitor, start: string, person: string): Promise<string> {
  const isBack = (address: string) => address.includes('/callback?')
  const post = (body: Record<string, string>) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(body),
  })
  let { at } = await visitor.follow(start, isBack)
  for (const body of [{ prompt: 'login', login: person, password: 'any' }, { prompt: 'consent' }]) {
    if (isBack(at) || !at.includes('/interaction/')) return at
    ;({ at } = await visitor.follow(at, isBack, post(body as Record<string, string>)))
  }
  return at
}
