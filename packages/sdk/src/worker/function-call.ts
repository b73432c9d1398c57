import { type Clock, type Json, type Order, type RunOutcome, say, type Timer } from '@rota/core'
import type { Carried, Sink } from '@rota/node-side'
import { AttemptContext, type WorkContext } from './context.ts'

/** A function as it is called; types are those of whoever gave it. */
export type WorkFunction = (input: never, context: WorkContext) => unknown

const MOST_RESULT_BYTES = 65_536
const LONGEST_TRACE = 4_096

const OUTCOME: RunOutcome = {
  status: 'success',
  failure: null,
  exitCode: null,
  signal: null,
  error: null,
  result: null,
  outputTail: '',
  cpuSeconds: null,
  maxRssBytes: null,
  droppedLogBytes: 0,
}

/** One call of a function: what it returns is the result, what it throws the failure. */
export class FunctionCall implements Carried {
  readonly done: Promise<RunOutcome>
  readonly #order: Order
  readonly #clock: Clock
  readonly #context: AttemptContext
  readonly #done = Promise.withResolvers<RunOutcome>()
  #stopped: Partial<RunOutcome> | null = null
  #timer: Timer | null = null

  constructor(call: { order: Order; sink: Sink; clock: Clock; run(context: WorkContext): unknown }) {
    const { order, clock } = call
    this.#order = order
    this.#clock = clock
    this.#context = new AttemptContext(order, call.sink, clock)
    this.done = this.#done.promise
    if (order.timeoutMs !== null) {
      const error = say`Timed out after ${order.timeoutMs / 1_000} s.`
      this.#timer = clock.after(order.timeoutMs, () => this.#stop({ status: 'failed', failure: 'timeout', error }))
    }
    // In a turn of its own, so that the order is acknowledged before the function can block.
    void Promise.resolve()
      .then(() => call.run(this.#context))
      .then(
        (value) => this.#end(this.#stopped ?? resultOf(value)),
        (error) => this.#end(this.#stopped ?? failureOf(error)),
      )
  }

  cancel(reason: string): void {
    this.#stop({ status: 'cancelled', error: reason })
  }

  #stop(outcome: Partial<RunOutcome>): void {
    if (this.#stopped !== null) return
    this.#stopped = outcome
    this.#timer?.cancel()
    const { killGraceMs } = this.#order
    this.#timer = this.#clock.after(killGraceMs, () => {
      const error = say`${outcome.error ?? ''} The handler did not stop within ${killGraceMs / 1_000} s and was left behind.`
      this.#end({ ...outcome, error })
    })
    this.#context.abort(outcome.error ?? '')
  }

  #end(outcome: Partial<RunOutcome>): void {
    this.#timer?.cancel()
    const { outputTail, droppedLogBytes } = this.#context
    this.#done.resolve({ ...OUTCOME, ...outcome, outputTail, droppedLogBytes })
  }
}

function resultOf(value: unknown): Partial<RunOutcome> {
  try {
    const text = JSON.stringify(value ?? null)
    if (text === undefined) return failed(say`The value the handler returned is a ${typeof value}, which is not JSON.`)
    const isTooLarge = Buffer.byteLength(text) > MOST_RESULT_BYTES
    return isTooLarge
      ? failed(say`The value the handler returned is larger than ${MOST_RESULT_BYTES} bytes.`)
      : { result: JSON.parse(text) as Json }
  } catch (error) {
    return failed(say`The value the handler returned is not JSON (${(error as Error).message}).`)
  }
}

function failed(error: string): Partial<RunOutcome> {
  return { status: 'failed', failure: 'error', error }
}

function failureOf(error: unknown): Partial<RunOutcome> {
  return failed((error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, LONGEST_TRACE))
}
