import type { Clock, Timer } from '@rota/core'
import type { UnfinishedLine } from './executor.ts'

/** A line is told once it has stood unfinished for this long; its changes are told this often at most. */
const STANDS_MS = 250
/** Of a longer line only this many characters are told, the last ones. */
const MOST_TOLD = 2_000

type Stream = UnfinishedLine['stream']

interface Standing {
  /** Clock.monotonic() of its first bytes. */
  begunAt: number
  /** Epoch ms of its last bytes. */
  since: number
}

export interface UnfinishedLinesOptions {
  clock: Clock
  /** What stands unfinished of a stream, as a terminal would show it. */
  textOf: (stream: Stream) => string
  tell: (line: UnfinishedLine | null) => void
}

/**
 * Tells of a line that its program leaves unfinished: a prompt, a progress bar drawn over itself, dots. Of two streams
 * the one that printed last is told. Costs nothing while whole lines come.
 */
export class UnfinishedLines {
  readonly #clock: Clock
  readonly #textOf: UnfinishedLinesOptions['textOf']
  readonly #tell: UnfinishedLinesOptions['tell']
  readonly #standing = new Map<Stream, Standing>()
  #told: UnfinishedLine | null = null
  #timer: Timer | null = null
  #isOver = false

  constructor({ clock, textOf, tell }: UnfinishedLinesOptions) {
    this.#clock = clock
    this.#textOf = textOf
    this.#tell = tell
  }

  /** Call after each chunk: whether it ended a line, and whether one stands unfinished now. */
  wrote(stream: Stream, at: number, hasEnded: boolean, isUnfinished: boolean): void {
    const known = hasEnded ? undefined : this.#standing.get(stream)
    if (known !== undefined && isUnfinished) {
      known.since = at
      // The stream that printed last goes last.
      if (this.#standing.size > 1) this.#stand(stream, known)
    } else if (hasEnded) this.#over(stream)
    if (isUnfinished && known === undefined) {
      this.#stand(stream, { begunAt: this.#clock.monotonic(), since: at })
    }
    if (this.#standing.size > 0 && !this.#isOver) this.#timer ??= this.#clock.after(STANDS_MS, () => this.#look())
  }

  /** Nothing is told any more. */
  end(): void {
    this.#isOver = true
    this.#timer?.cancel()
    this.#timer = null
    for (const stream of [...this.#standing.keys()]) this.#over(stream)
  }

  #stand(stream: Stream, line: Standing): void {
    this.#standing.delete(stream)
    this.#standing.set(stream, line)
  }

  #over(stream: Stream): void {
    this.#standing.delete(stream)
    if (this.#told?.stream !== stream) return
    this.#told = null
    this.#tell(null)
  }

  #look(): void {
    this.#timer = null
    const last = [...this.#standing].at(-1)
    if (last === undefined) return
    const [stream, { begunAt, since }] = last
    const leftMs = begunAt + STANDS_MS - this.#clock.monotonic()
    if (leftMs > 0) {
      this.#timer = this.#clock.after(leftMs, () => this.#look())
      return
    }
    const text = lastOf(this.#textOf(stream))
    const told = this.#told
    if (text === '' || (told?.stream === stream && told.text === text && told.since === since)) return
    this.#told = { stream, text, since }
    this.#tell(this.#told)
  }
}

function lastOf(text: string): string {
  if (text.length <= MOST_TOLD) return text
  const kept = text.slice(1 - MOST_TOLD)
  const code = kept.charCodeAt(0)
  // The second half of a character above U+FFFF means nothing alone.
  return `…${code >= 0xdc00 && code < 0xe000 ? kept.slice(1) : kept}`
}
