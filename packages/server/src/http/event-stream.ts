import type { ServerResponse } from 'node:http'

/**
 * Server-sent events to one reader (https://html.spec.whatwg.org/multipage/server-sent-events.html). What a slow
 * reader has not taken is bounded: beyond `mostBuffered` bytes events are dropped, and once there is room again the
 * reader is told which ones by a `resync` event.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #mostBuffered: number
  #skipped: { from: number; to: number; count: number } | null = null

  constructor(response: ServerResponse, mostBuffered: number) {
    this.#response = response
    this.#mostBuffered = mostBuffered
    response.on('drain', () => this.#resync())
  }

  /** Numbered rows `from`…`to`; the id lets a reader go on after a lost connection. */
  rows(event: string, from: number, to: number, data: unknown): void {
    if (this.#isFull) {
      const { from: first = from, count = 0 } = this.#skipped ?? {}
      this.#skipped = { from: first, to, count: count + (to - from + 1) }
      return
    }
    this.#resync()
    this.#write(`id: ${to}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** A single event that is never dropped. */
  event(event: string, data: unknown): void {
    this.#resync()
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** Keeps proxies from closing an idle connection. */
  beat(): void {
    if (!this.#isFull) this.#write(': still here\n\n')
  }

  end(): void {
    if (!this.#response.writableEnded) this.#response.end()
  }

  get #isFull(): boolean {
    return this.#response.writableLength > this.#mostBuffered
  }

  #resync(): void {
    if (this.#skipped === null || this.#isFull) return
    const skipped = this.#skipped
    this.#skipped = null
    this.#write(`id: ${skipped.to}\nevent: resync\ndata: ${JSON.stringify({ logs: [], skipped })}\n\n`)
  }

  #write(text: string): void {
    if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.write(text)
  }
}
