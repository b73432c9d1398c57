import type { ServerResponse } from 'node:http'

/** The rows that a reader was too slow for. */
export interface Skipped {
  from: number
  to: number
  count: number
}

/** What the reader is told about them. */
export type GapEvent = (skipped: Skipped) => { event: string; data: unknown }

/**
 * Server-sent events to one reader (https://html.spec.whatwg.org/multipage/server-sent-events.html). What a slow
 * reader has not taken is bounded: beyond `mostBuffered` bytes events are dropped, and once there is room again the
 * reader is told which ones by the `gap` event.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #mostBuffered: number
  readonly #gap: GapEvent
  #skipped: Skipped | null = null
  /** States that a slow reader has not been told. */
  readonly #late = new Map<string, unknown>()

  constructor(response: ServerResponse, mostBuffered: number, gap: GapEvent) {
    this.#response = response
    this.#mostBuffered = mostBuffered
    this.#gap = gap
    response.on('drain', () => this.#resync())
  }

  /** Numbered rows `from`…`to`; the id lets a reader go on after a lost connection. */
  rows(event: string, from: number, to: number, data: unknown): void {
    this.jsonRows(event, from, to, () => JSON.stringify(data))
  }

  /** The same for rows that other readers get as well: their JSON need be made only once. */
  jsonRows(event: string, from: number, to: number, json: () => string): void {
    if (this.#isFull) {
      const { from: first = from, count = 0 } = this.#skipped ?? {}
      this.#skipped = { from: first, to, count: count + (to - from + 1) }
      return
    }
    this.#resync()
    this.#write(`id: ${to}\nevent: ${event}\ndata: ${json()}\n\n`)
  }

  /** Tells a reader where it stands. */
  mark(event: string, id: number, data: unknown): void {
    this.#write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** A single event that is never dropped. */
  event(event: string, data: unknown): void {
    this.#resync()
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** What replaces what was said before: of several that a slow reader has not taken, it gets the last. */
  state(event: string, data: unknown): void {
    this.#late.set(event, data)
    this.#resync()
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
    if (this.#isFull) return
    if (this.#skipped !== null) {
      const skipped = this.#skipped
      this.#skipped = null
      const { event, data } = this.#gap(skipped)
      this.mark(event, skipped.to, data)
    }
    for (const [event, data] of this.#late) this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    this.#late.clear()
  }

  #write(text: string): void {
    if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.write(text)
  }
}
