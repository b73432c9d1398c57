import type { Clock, Json, LogLine, Order } from '@rota/core'
import type { Sink } from '@rota/node-side'

/** What a function may know and do beside its input. */
export interface WorkContext {
  readonly executionId: string
  readonly taskId: string | null
  readonly taskName: string | null
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The due instant, or when the run was asked for; epoch ms. */
  readonly scheduledAt: number
  /** Positional arguments; the input holds the named ones. */
  readonly args: readonly Json[]
  /** Aborted on cancel, on timeout, and when the worker stops. A function that ignores it is given up on after the kill grace. */
  readonly signal: AbortSignal
  /** Adds to the execution's log; newlines separate lines. */
  log(text: string, stream?: 'stdout' | 'stderr'): void
  /** Reports how far the work is, 0 to 100. */
  progress(percent: number, message?: string): void
  /** Resolves when the server has caught up with what was logged: for functions that log very much. */
  drained(): Promise<void>
}

const TAIL_CHARS = 16_384
/** What a line takes beside its text. */
const LINE_COST = 32

/** The context of one attempt, with what it has logged. */
export class AttemptContext implements WorkContext {
  readonly executionId: string
  readonly taskId: string | null
  readonly taskName: string | null
  readonly attempt: number
  readonly scheduledAt: number
  readonly args: readonly Json[]
  readonly #sink: Sink
  readonly #clock: Clock
  readonly #abort = new AbortController()
  readonly #maxLogBytes: number
  #loggedBytes = 0
  /** Bytes that were more than the log takes. */
  droppedLogBytes = 0
  outputTail = ''

  constructor(order: Order, sink: Sink, clock: Clock) {
    this.executionId = order.executionId
    this.taskId = order.taskId
    this.taskName = order.taskName
    this.attempt = order.attempt
    this.scheduledAt = order.scheduledAt
    this.args = order.params.args
    this.#maxLogBytes = order.maxLogBytes
    this.#sink = sink
    this.#clock = clock
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  abort(reason: string): void {
    this.#abort.abort(new Error(reason))
  }

  readonly log = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): void => {
    const at = this.#clock.now()
    const kept: LogLine[] = []
    for (const line of text.replaceAll('\0', '\ufffd').split('\n')) {
      const bytes = Buffer.byteLength(line)
      this.outputTail = `${this.outputTail}${line}\n`.slice(-TAIL_CHARS)
      if (this.#loggedBytes + bytes + LINE_COST > this.#maxLogBytes) this.droppedLogBytes += bytes
      else {
        this.#loggedBytes += bytes + LINE_COST
        kept.push({ at, stream, text: line })
      }
    }
    if (kept.length > 0) this.#sink.lines(kept)
  }

  readonly progress = (percent: number, message?: string): void => {
    this.#sink.progress(percent, message ?? null)
  }

  readonly drained = (): Promise<void> => {
    return this.#sink.drained()
  }
}
