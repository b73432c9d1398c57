/** One request that a fake server got. */
export interface SeenRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: unknown
}

export type Answer = Response | Error | ((request: SeenRequest) => Response | Promise<Response>)

/** A fetch that takes its answers from a list, one per request, and keeps what was asked. */
export function fakeFetch(...answers: Answer[]): { fetch: typeof fetch; seen: SeenRequest[] } {
  const seen: SeenRequest[] = []
  const answer = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input))
    const request: SeenRequest = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: init.headers as Record<string, string>,
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    }
    seen.push(request)
    const next = answers.shift()
    if (next === undefined) throw new Error(`No answer left for ${request.method} ${request.path}.`)
    if (next instanceof Error) throw next
    return typeof next === 'function' ? next(request) : next
  }
  return { fetch: answer, seen }
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } })
}

/** An event stream in the given pieces. */
export function events(...pieces: string[]): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
