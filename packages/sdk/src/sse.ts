/** One event of a `text/event-stream`, WHATWG HTML §9.2. */
export interface ServerEvent {
  event: string
  data: string
  id: string | null
  /** Milliseconds the server asks a client to wait before it connects again. */
  retry: number | null
}

/** Splits a byte stream into events. Comments (keep-alives) are dropped; an event cut off by the end is too. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let pending = ''
  let current = blank()
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    const lines = pending.split(/\r\n|\n|\r(?!$)/)
    pending = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') {
        applyLine(current, line)
        continue
      }
      if (current.lines.length > 0 || current.retry !== null) yield finish(current)
      current = blank()
    }
  }
}

interface Draft {
  event: string
  lines: string[]
  id: string | null
  retry: number | null
}

function blank(): Draft {
  return { event: 'message', lines: [], id: null, retry: null }
}

function finish(draft: Draft): ServerEvent {
  return { event: draft.event, data: draft.lines.join('\n'), id: draft.id, retry: draft.retry }
}

function applyLine(draft: Draft, line: string): void {
  const colon = line.indexOf(':')
  if (colon === 0) return
  const field = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (field === 'data') draft.lines.push(value)
  else if (field === 'event') draft.event = value
  else if (field === 'id') draft.id = value
  else if (field === 'retry' && /^\d+$/.test(value)) draft.retry = Number(value)
}
