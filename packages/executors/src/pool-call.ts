import type { Clock, Timer } from '@rota/core'
import { say } from '@rota/core'
import type { Run, RunOutcome, RunRequest, RunSink } from './executor.ts'
import type { CallEvent, CallMessage } from './handler-messages.ts'
import { cancelled, failed, succeeded } from './outcome.ts'
import { Output } from './output.ts'

/** What a call needs of the pool it runs in. */
export interface CallOwner {
  readonly clock: Clock
  readonly maxResultBytes: number
  /** A queued call was cancelled. */
  withdraw(call: PoolCall): void
  /** Passes the request to stop on to the handler. */
  abort(call: PoolCall, reason: string): void
  /** The handler did not stop in its grace. */
  giveUp(call: PoolCall): void
  unknownName(name: string): string
}

/** One attempt of a handler task, waiting for or running on a worker thread. */
export class PoolCall implements Run {
  readonly id: number
  readonly done: Promise<RunOutcome>
  readonly #request: RunRequest
  readonly #sink: RunSink
  readonly #owner: CallOwner
  #resolve!: (outcome: RunOutcome) => void
  #state: 'queued' | 'running' | 'over' = 'queued'
  #stop: RunOutcome | null = null
  #timer: Timer | null = null
  #output: Output | null = null
  /** True once the handler has ignored its stop for the whole grace. */
  isStuck = false

  constructor(id: number, request: RunRequest, sink: RunSink, owner: CallOwner) {
    this.id = id
    this.#request = request
    this.#sink = sink
    this.#owner = owner
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  cancel(reason: string): void {
    this.#requestStop(cancelled(reason))
  }

  /** Begins the attempt's time; returns what the worker is sent. */
  begin(): CallMessage {
    this.#state = 'running'
    const { executionId, taskId, taskName, attempt, scheduledAt, payload, params, timeoutMs } = this.#request
    if (timeoutMs !== null) {
      this.#timer = this.#owner.clock.after(timeoutMs, () => {
        this.#requestStop(failed('timeout', say`Timed out after ${timeoutMs / 1000} s.`))
      })
    }
    const name = payload.handler as string
    const { args, kwargs } = params
    return { id: this.id, name, args, kwargs, executionId, taskId, taskName, attempt, scheduledAt }
  }

  /** Takes what the worker reports about this call. */
  receive(event: CallEvent): void {
    if (this.isOver) return
    if (event.kind === 'log') this.#log(event.text, event.stream)
    else if (event.kind === 'progress') {
      this.#sink.progress(Math.min(100, Math.max(0, event.percent)), event.message)
    } else if (event.kind === 'returned') this.end(succeeded(event.result))
    else if (event.kind === 'threw') this.end(failed('error', event.error))
    else this.end(failed('unknown_handler', this.#owner.unknownName(this.#request.payload.handler as string)))
  }

  /** Ends the call; a stop that was asked for decides the outcome. */
  end(outcome: RunOutcome): void {
    if (this.isOver) return
    this.#state = 'over'
    this.#timer?.cancel()
    const ended = this.#stop ?? outcome
    if (this.#output) void this.#endWithOutput(this.#output, ended)
    else this.#resolve(ended)
  }

  #requestStop(outcome: RunOutcome): void {
    if (this.isOver || this.#stop) return
    this.#stop = outcome
    this.#timer?.cancel()
    if (this.#state === 'queued') {
      this.#owner.withdraw(this)
      this.end(outcome)
      return
    }
    this.#timer = this.#owner.clock.after(this.#request.killGraceMs, () => {
      this.isStuck = true
      this.#stop = { ...outcome, error: say`${outcome.error ?? ''} The handler did not stop; its thread was given up.` }
      this.#owner.giveUp(this)
    })
    this.#owner.abort(this, outcome.error ?? 'Stopped.')
  }

  #log(text: string, stream: 'stdout' | 'stderr'): void {
    const { clock, maxResultBytes } = this.#owner
    const { maxLogBytes, secrets } = this.#request
    this.#output ??= new Output({ clock, sink: this.#sink, maxLogBytes, maxResultBytes, secrets })
    this.#output.write(stream, Buffer.from(`${text}\n`))
  }

  async #endWithOutput(output: Output, outcome: RunOutcome): Promise<void> {
    await output.finish()
    this.#resolve({ ...outcome, outputTail: output.tail, droppedLogBytes: output.droppedBytes })
  }
}
