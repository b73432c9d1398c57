/** One server-sent event, with the instant at which it came. */
export interface ServerEvent {
  event: string
  data: unknown
  at: number
}

/** The events of a stream until it ends. */
export async function* events(url: string, token: string): AsyncGenerator<ServerEvent> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' } })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  let buffered = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    buffered += chunk
    const blocks = buffered.split('\n\n')
    buffered = blocks.pop()!
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      )
      const data = fields.get('data')
      if (data !== undefined) yield { event: fields.get('event') ?? 'message', data: JSON.parse(data), at: Date.now() }
    }
  }
}
