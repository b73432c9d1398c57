import type { AttemptKey, AttemptNews, LogLine, NodeLease, Refusal, RunOutcome, UnfinishedLine } from '@rota/core'
import { AGENT_LIMITS } from '@rota/protocol/agent'
import type { Carried, Sink } from './carrier.ts'
import { costOf, headOf, LINE_COST, type Spool } from './spool.ts'

/** Characters of lines in one frame: JSON may take six bytes for each. */
const FRAME_CHARS = 65_536
/** An error is for people, and beside the log. */
const LONGEST_ERROR = 16_384

/** News that are not confirmed are said again after so long, and then less and less often. */
const FIRST_REMINDER_MS = 5_000
const SLOWEST_REMINDER_MS = 80_000

/** News that are not confirmed yet. */
interface Kept {
  number: number
  news: AttemptNews
  chars: number
}

export interface AttemptOptions {
  lease: NodeLease
  owner: string
  /** News are counted from here. */
  numbered: number
  /** Characters that may be on their way and not confirmed; beyond it whoever prints waits. */
  windowChars: number
  openSpool(): Spool
  /** Monotonic, in ms. */
  now(): number
  /** To be added to instants, in ms. */
  offsetMs(): number
  /** False when there is no connection: it is then kept. */
  send(key: AttemptKey, owner: string, kept: { number: number; news: AttemptNews }): boolean
  isConnected(): boolean
  /** Its end has been taken, or it was dropped. */
  onOver(): void
}

/**
 * One attempt as its server hears of it: news are numbered and kept until they are taken, said again after an
 * interruption or to a new owner, and lines for which there is nobody wait in a spool.
 */
export class Attempt implements Sink {
  readonly lease: NodeLease
  owner: string
  carried: Carried | null = null
  readonly #options: AttemptOptions
  #number: number
  /** Lines that were given a place in the log. */
  #lineCount = 0
  #kept: Kept[] = []
  #keptChars = 0
  #spool: Spool | null = null
  #isHeld = false
  #isDropped = false
  #outcome: RunOutcome | null = null
  #hasEnded = false
  /** Its order was turned away. */
  isRefusal = false
  #waiters: (() => void)[] = []
  #remindAt = 0
  #remindAfterMs = FIRST_REMINDER_MS
  /** What is told late loses its worth but for the last of it. */
  #progress: { percent: number; message: string | null } | null = null

  constructor(options: AttemptOptions) {
    this.#options = options
    this.lease = options.lease
    this.owner = options.owner
    this.#number = options.numbered
  }

  /** It still runs, or is being ended. */
  get isRunning(): boolean {
    return this.carried !== null && this.#outcome === null
  }

  get lastNumber(): number {
    return this.#number
  }

  acked(): void {
    this.#tell({ kind: 'acked' })
  }

  /** It does not begin here; that is all there is to tell. */
  refused(refusal: Refusal, why: string): void {
    this.isRefusal = true
    this.#hasEnded = true
    this.#tell({ kind: 'refused', refusal, why: why.slice(0, AGENT_LIMITS.why) })
  }

  /** The same order has come again: whoever sent it has missed that it was taken. */
  again(owner: string): void {
    this.owner = owner
    this.#sayAgain()
    if (this.#kept[0]?.news.kind !== 'acked' && !this.#hasEnded) this.acked()
  }

  lines(batch: LogLine[]): boolean {
    if (this.#isDropped) return true
    const offsetMs = this.#options.offsetMs()
    const lines = batch.flatMap((line) => bounded(line, offsetMs))
    if (this.#canTell()) {
      this.#tellLines(lines)
      return this.#hasRoom()
    }
    this.#spool ??= this.#options.openSpool()
    this.#spool.add(lines)
    // Without a connection it runs on, and what is too much is cut; with one it waits.
    return !this.#options.isConnected()
  }

  drained(): Promise<void> {
    if (this.#isFlowing()) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  progress(percent: number, message: string | null): void {
    if (this.#isDropped) return
    const told = { percent: clamp(percent), message: message?.slice(0, AGENT_LIMITS.why) ?? null }
    if (this.#canTell()) this.#tell({ kind: 'progress', ...told })
    else this.#progress = told
  }

  unfinished(line: UnfinishedLine | null): void {
    if (this.#isDropped || !this.#canTell()) return
    const since = (line?.since ?? 0) + this.#options.offsetMs()
    this.#tell({ kind: 'unfinished', line: line && { ...line, text: line.text.slice(-AGENT_LIMITS.line), since } })
  }

  ended(outcome: RunOutcome): void {
    if (this.#isDropped) {
      this.#options.onOver()
      return
    }
    this.#outcome = outcome
    this.pump()
  }

  /** There is a connection: says again what nobody has confirmed, and goes on. */
  connected(): void {
    this.#isHeld = false
    this.#sayAgain()
    this.pump()
  }

  /** Says again what has not been confirmed for long: it may be lost between instances. */
  remind(): void {
    if (this.#kept.length === 0 || this.#options.now() < this.#remindAt) return
    this.#remindAfterMs = Math.min(2 * this.#remindAfterMs, SLOWEST_REMINDER_MS)
    this.#sayAgain()
  }

  /** There is none any more: whoever waits to print goes on, into the spool. */
  disconnected(): void {
    this.#wake()
  }

  hold(): void {
    this.#isHeld = true
  }

  goOn(): void {
    this.#isHeld = false
    this.pump()
  }

  got(number: number): void {
    let count = 0
    while (count < this.#kept.length && this.#kept[count]!.number <= number) {
      this.#keptChars -= this.#kept[count++]!.chars
    }
    this.#kept.splice(0, count)
    if (count > 0) this.#remindAfterMs = FIRST_REMINDER_MS
    this.#remindAt = this.#options.now() + this.#remindAfterMs
    if (this.#hasEnded && this.#kept.length === 0) this.#options.onOver()
    else this.pump()
  }

  /** Others own it now, who have the first `lines` of its lines. */
  resume(owner: string, lines: number): void {
    this.owner = owner
    this.#kept = withoutFirst(this.#kept, lines)
    this.#keptChars = this.#kept.reduce((sum, { chars }) => sum + chars, 0)
    // Of an earlier start it is not known how many there were.
    this.#lineCount = Math.max(this.#lineCount, lines)
    this.connected()
  }

  /** It is somebody else's: nothing is told of it any more. */
  drop(): void {
    this.#isDropped = true
    this.#kept = []
    this.#spool?.close()
    this.#wake()
  }

  /** Moves what waits into what is told, as far as there is room. */
  pump(): void {
    while (this.#spool !== null && !this.#spool.isEmpty && this.#canSend())
      this.#tellLines(this.#spool.take(FRAME_CHARS))
    if (this.#canTell()) this.#tellRest()
    if (this.#isFlowing()) this.#wake()
  }

  #tellRest(): void {
    if (this.#progress !== null) this.#tell({ kind: 'progress', ...this.#progress })
    this.#progress = null
    if (this.#outcome === null || this.#hasEnded) return
    this.#hasEnded = true
    const droppedLogBytes = this.#outcome.droppedLogBytes + (this.#spool?.droppedBytes ?? 0)
    this.#spool?.close()
    const error = this.#outcome.error?.slice(0, LONGEST_ERROR) ?? null
    const outcome = { ...this.#outcome, error, droppedLogBytes }
    // Who has run it knows how many lines there were.
    this.#tell({ kind: 'ended', outcome, ...(this.carried !== null && { lines: this.#lineCount }) })
  }

  #tellLines(lines: readonly LogLine[]): void {
    for (let rest = lines; rest.length > 0; ) {
      const batch = headOf(rest, FRAME_CHARS, AGENT_LIMITS.lines)
      rest = rest.slice(batch.length)
      this.#tell({ kind: 'lines', from: this.#lineCount, lines: batch })
      this.#lineCount += batch.length
    }
  }

  #tell(news: AttemptNews): void {
    const kept = { number: ++this.#number, news, chars: charsOf(news) }
    if (this.#kept.length === 0) this.#remindAt = this.#options.now() + this.#remindAfterMs
    this.#kept.push(kept)
    this.#keptChars += kept.chars
    this.#options.send(this.lease, this.owner, kept)
  }

  #sayAgain(): void {
    this.#remindAt = this.#options.now() + this.#remindAfterMs
    for (const kept of this.#kept) this.#options.send(this.lease, this.owner, kept)
  }

  #hasRoom(): boolean {
    return this.#keptChars < this.#options.windowChars
  }

  #canSend(): boolean {
    return this.#options.isConnected() && !this.#isHeld && this.#hasRoom()
  }

  /** Nothing waits that would have to be told before. */
  #canTell(): boolean {
    return (this.#spool === null || this.#spool.isEmpty) && this.#canSend()
  }

  #isFlowing(): boolean {
    return this.#isDropped || !this.#options.isConnected() || this.#canTell()
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }
}

function charsOf(news: AttemptNews): number {
  return news.kind === 'lines' ? news.lines.reduce((sum, line) => sum + costOf(line), 0) : LINE_COST
}

/** A line as the protocol takes it: long ones in pieces, in the server's time. */
function bounded(line: LogLine, offsetMs: number): LogLine[] {
  const at = Math.round(line.at + offsetMs)
  if (line.text.length <= AGENT_LIMITS.line) return [{ ...line, at }]
  const pieces: LogLine[] = []
  for (let from = 0; from < line.text.length; from += AGENT_LIMITS.line) {
    pieces.push({ ...line, at, text: line.text.slice(from, from + AGENT_LIMITS.line).toWellFormed() })
  }
  return pieces
}

/**
 * What is left of news when the first `count` lines are known. The numbers of what is left follow each other, so what
 * was told before the last known line goes with it.
 */
function withoutFirst(all: readonly Kept[], count: number): Kept[] {
  const known = all.findLastIndex(({ news }) => news.kind === 'lines' && news.from + news.lines.length <= count)
  return all.slice(known + 1).map((kept) => {
    const { news } = kept
    if (news.kind !== 'lines' || news.from >= count) return kept
    const rest: AttemptNews = { kind: 'lines', from: count, lines: news.lines.slice(count - news.from) }
    return { ...kept, news: rest, chars: charsOf(rest) }
  })
}

function clamp(percent: number): number {
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0
}
