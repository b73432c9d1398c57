import { Worker } from 'node:worker_threads'
import type { Clock } from '@rota/core'
import { say } from '@rota/core'
import type { RunOutcome } from './executor.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './handler-messages.ts'
import { failed } from './outcome.ts'
import type { PoolCall } from './pool-call.ts'

export interface PoolWorkerOptions {
  setup: WorkerSetup
  env: Record<string, string>
  maxHeapMb: number
  clock: Clock
  /** The module is loaded and calls are taken. */
  onReady(worker: PoolWorker, names: string[]): void
  /** A call has ended; there is room. */
  onRoom(worker: PoolWorker): void
  /** The thread is gone. `problem` says why it never became ready; null when it had been. */
  onGone(worker: PoolWorker, problem: string | null): void
}

/** A thread that does not answer within this time is blocked by a handler. */
const PONG_MS = 1_000

/** Beside this file, in the source as in what is built from it. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('./handler-worker.ts', import.meta.url)
  : new URL('./handler-worker.js', import.meta.url)

/** One worker thread and the calls that run on it. */
export class PoolWorker {
  readonly #options: PoolWorkerOptions
  readonly #thread: Worker
  readonly #calls = new Map<number, PoolCall>()
  #waiting: PoolCall[] = []
  #isReady = false
  #problem: string | null = null
  #isAnswering = false
  /** True when it takes no further call and ends with its last one. */
  isRetired = false

  constructor(options: PoolWorkerOptions) {
    this.#options = options
    this.#thread = new Worker(ENTRY, {
      workerData: options.setup,
      env: options.env,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb },
    })
    this.#thread.on('message', (message: FromWorker) => this.#receive(message))
    this.#thread.on('error', (error: Error) => {
      this.#problem = `${error.name}: ${error.message}`
    })
    this.#thread.on('exit', (code) => this.#onExit(code))
  }

  get isReady(): boolean {
    return this.#isReady && !this.isRetired
  }

  get callCount(): number {
    return this.#calls.size
  }

  /** Starts a call. Calls of one turn are sent together. */
  start(call: PoolCall): void {
    if (this.#calls.size === 0) this.#thread.ref()
    this.#calls.set(call.id, call)
    if (this.#waiting.length === 0) queueMicrotask(() => this.#sendWaiting())
    this.#waiting.push(call)
  }

  abort(call: PoolCall, reason: string): void {
    this.#post({ kind: 'abort', id: call.id, reason })
  }

  has(call: PoolCall): boolean {
    return this.#calls.has(call.id)
  }

  /**
   * Takes the thread out of use because a call on it is stuck. It ends when only stuck calls are left, or at once when
   * it does not answer: then the others on it are stuck behind that call.
   */
  retire(): void {
    this.isRetired = true
    if (this.#endIfDone()) return
    this.#isAnswering = false
    this.#post({ kind: 'ping' })
    this.#options.clock.after(PONG_MS, () => {
      if (this.#isAnswering) return
      this.#problem = say`another handler on the same thread blocked it and had to be ended`
      void this.terminate()
    })
  }

  /** Ends the thread; calls still on it end with `outcome`, else as failed. */
  async terminate(outcome?: RunOutcome): Promise<void> {
    if (outcome) for (const id of [...this.#calls.keys()]) this.#end(id, (call) => call.end(outcome))
    await this.#thread.terminate()
  }

  #sendWaiting(): void {
    const calls = this.#waiting.filter((call) => !call.isOver).map((call) => call.begin())
    this.#waiting = []
    try {
      this.#post({ kind: 'calls', calls })
    } catch (error) {
      // Arguments come from JSON, so this is a caller's mistake in the library.
      for (const { id } of calls) this.#end(id, (call) => call.end(failed('error', (error as Error).message)))
    }
  }

  #post(message: ToWorker): void {
    this.#thread.postMessage(message)
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'ready') {
      this.#isReady = true
      // An idle pool must not keep a program alive; a starting thread and a running call do.
      this.#thread.unref()
      this.#options.onReady(this, message.names)
    } else if (message.kind === 'unusable') {
      this.#problem = message.error
      void this.terminate()
    } else if (message.kind === 'pong') this.#leaveStuckCalls()
    else {
      for (const event of message.events) {
        const isEnd = event.kind !== 'log' && event.kind !== 'progress'
        if (isEnd) this.#end(event.id, (call) => call.receive(event))
        else this.#calls.get(event.id)?.receive(event)
      }
      if (!this.#endIfDone()) this.#options.onRoom(this)
    }
  }

  #end(id: number, how: (call: PoolCall) => void): void {
    const call = this.#calls.get(id)
    if (!call) return
    this.#calls.delete(id)
    how(call)
    if (this.#calls.size === 0) this.#thread.unref()
  }

  /** The others may go on for long; whoever waits for a stuck call need not. */
  #leaveStuckCalls(): void {
    this.#isAnswering = true
    for (const call of [...this.#calls.values()]) {
      if (call.isStuck) this.#end(call.id, () => call.end(failed('error', say`The handler did not stop.`)))
    }
    this.#endIfDone()
  }

  #endIfDone(): boolean {
    if (!this.isRetired) return false
    const isDone = [...this.#calls.values()].every((call) => call.isStuck)
    if (isDone) void this.terminate()
    return isDone
  }

  #onExit(code: number): void {
    this.isRetired = true
    const why = this.#problem ?? say`exit code ${code}`
    const outcome = failed('error', say`The handler's worker thread ended while it ran: ${why}.`)
    for (const call of this.#calls.values()) call.end(outcome)
    this.#calls.clear()
    this.#options.onGone(this, this.#isReady ? null : why)
  }
}
