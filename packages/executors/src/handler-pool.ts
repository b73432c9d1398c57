import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Clock, type FieldError, type Json, RotaError, say, systemClock, type Timer } from '@rota/core'
import { DEFAULT_BASE_ENV } from './environment.ts'
import type { Executor, Run, RunRequest, RunSink } from './executor.ts'
import { checkHandlerPayload, checkHandlerShape, unknownHandler } from './handler-payload.ts'
import { cancelled, endedRun, failed } from './outcome.ts'
import { type CallOwner, PoolCall } from './pool-call.ts'
import { PoolWorker } from './pool-worker.ts'
import { settingsWithoutProgram, type WrittenSettings } from './written-settings.ts'

/** How handlers of a plug-in module are run. */
export interface HandlerPoolOptions {
  /** Path or file URL of a module that exports `handlers`, an object of {@link HandlerFunction}s (or a registry). */
  module: string
  /** Worker threads. Default: one less than the processors, at least one. */
  size?: number
  /** Calls that share a thread; 1 isolates them from each other's crashes. Default 16. */
  callsPerWorker?: number
  /** Megabytes of JavaScript heap per thread. Default 512. */
  maxHeapMb?: number
  /** `process.env` of the threads. Default {@link DEFAULT_BASE_ENV}: nothing of the server's. */
  env?: Record<string, string>
  /** Largest result in bytes of JSON. Default 64 KiB. */
  maxResultBytes?: number
  clock?: Clock
}

/** A module that waits for something on import must not hold up the server's start for ever. */
const LOAD_MS = 30_000
const FIRST_RESTART_MS = 100
const SLOWEST_RESTART_MS = 10_000

/**
 * Runs the handlers of a plug-in module on worker threads that live on, so that no handler can delay the engine.
 *
 * A thread that ends (an uncaught exception, `process.exit`, its heap is full) fails the attempts on it with `error`
 * and is replaced. A handler that ignores its stop beyond the kill grace loses its thread.
 */
export class HandlerPool implements Executor, CallOwner {
  readonly type = 'handler'
  readonly clock: Clock
  readonly maxResultBytes: number
  readonly #options: HandlerPoolOptions
  readonly #size: number
  readonly #callsPerWorker: number
  readonly #workers = new Set<PoolWorker>()
  readonly #queue: PoolCall[] = []
  #names: string[] = []
  #lastId = 0
  #failedStarts = 0
  #isClosed = false
  #reportFirst: ((problem: string | null) => void) | null = null

  constructor(options: HandlerPoolOptions) {
    this.#options = options
    this.clock = options.clock ?? systemClock
    this.maxResultBytes = options.maxResultBytes ?? 65_536
    this.#size = options.size ?? Math.max(1, availableParallelism() - 1)
    this.#callsPerWorker = options.callsPerWorker ?? 16
    for (const [path, value] of Object.entries({ size: this.#size, callsPerWorker: this.#callsPerWorker })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RotaError('invalid', say`${path} must be a whole number above 0.`, [
          { path, message: say`Must be above 0.` },
        ])
      }
    }
  }

  /** Starts the threads; resolves when the module is loaded on one. Throws RotaError `invalid` when it cannot be. */
  async open(): Promise<this> {
    let deadline: Timer | undefined
    const problem = await new Promise<string | null>((report) => {
      this.#reportFirst = report
      deadline = this.clock.after(LOAD_MS, () => report(say`it did not load within ${LOAD_MS / 1000} s`))
      for (let count = 0; count < this.#size; count++) this.#addWorker()
    })
    deadline?.cancel()
    this.#reportFirst = null
    if (problem !== null) {
      await this.close()
      const message = say`The handler module ${this.#options.module} cannot be used: ${problem}`
      throw new RotaError('invalid', message, [{ path: 'module', message }])
    }
    return this
  }

  /** The names the module offers. */
  names(): readonly string[] {
    return this.#names
  }

  checkSettings(settings: WrittenSettings): FieldError[] {
    return settingsWithoutProgram('handler', settings)
  }

  async validate(payload: Record<string, Json>): Promise<FieldError[]> {
    return checkHandlerPayload(payload, this.#names)
  }

  validateElsewhere(payload: Record<string, Json>): FieldError[] {
    return checkHandlerShape(payload)
  }

  start(request: RunRequest, sink: RunSink): Run {
    if (this.#isClosed) return endedRun(cancelled(say`The handler pool is closed.`))
    const call = new PoolCall(++this.#lastId, request, sink, this)
    this.#queue.push(call)
    this.#assign()
    return call
  }

  /** Ends all threads; what runs or waits is cancelled. */
  async close(): Promise<void> {
    this.#isClosed = true
    const outcome = cancelled(say`The handler pool was closed.`)
    for (const call of this.#queue.splice(0)) call.end(outcome)
    await Promise.all([...this.#workers].map((worker) => worker.terminate(outcome)))
  }

  withdraw(call: PoolCall): void {
    const index = this.#queue.indexOf(call)
    if (index !== -1) this.#queue.splice(index, 1)
  }

  abort(call: PoolCall, reason: string): void {
    this.#workerOf(call)?.abort(call, reason)
  }

  giveUp(call: PoolCall): void {
    const worker = this.#workerOf(call)
    if (!worker || worker.isRetired) {
      worker?.retire()
      return
    }
    worker.retire()
    this.#addWorker()
  }

  unknownName(name: string): string {
    return unknownHandler(name, this.#names).message
  }

  #workerOf(call: PoolCall): PoolWorker | undefined {
    return [...this.#workers].find((worker) => worker.has(call))
  }

  #assign(): void {
    while (this.#queue.length > 0) {
      let freest: PoolWorker | undefined
      for (const worker of this.#workers) {
        if (worker.isReady && worker.callCount < (freest?.callCount ?? this.#callsPerWorker)) freest = worker
      }
      if (!freest) return
      freest.start(this.#queue.shift()!)
    }
  }

  #addWorker(): void {
    if (this.#isClosed) return
    const { module, env = DEFAULT_BASE_ENV, maxHeapMb = 512 } = this.#options
    const url = module.startsWith('file:') ? module : pathToFileURL(resolve(module)).href
    const worker = new PoolWorker({
      setup: { module: url, maxResultBytes: this.maxResultBytes },
      env: { ...env },
      maxHeapMb,
      clock: this.clock,
      onReady: (_, names) => {
        this.#names = names
        this.#failedStarts = 0
        this.#reportFirst?.(null)
        this.#assign()
      },
      onRoom: () => this.#assign(),
      onGone: (gone, problem) => this.#replace(gone, problem),
    })
    this.#workers.add(worker)
  }

  #replace(gone: PoolWorker, problem: string | null): void {
    this.#workers.delete(gone)
    if (this.#isClosed) return
    if (problem === null) {
      // A retired thread has its replacement already.
      if (this.#workers.size < this.#size) this.#addWorker()
      return
    }
    this.#reportFirst?.(problem)
    // The module loaded once and does not now (it was edited): callers get the reason, and it is tried again.
    if (![...this.#workers].some((worker) => worker.isReady)) {
      for (const call of this.#queue.splice(0))
        call.end(failed('error', say`The handler module failed to load: ${problem}`))
    }
    const delayMs = Math.min(FIRST_RESTART_MS * 2 ** this.#failedStarts++, SLOWEST_RESTART_MS)
    this.clock.after(delayMs, () => {
      if (this.#workers.size < this.#size) this.#addWorker()
    })
  }
}

/** A pool with its module loaded. Throws RotaError `invalid` when the module or an option cannot be used. */
export function createHandlerPool(options: HandlerPoolOptions): Promise<HandlerPool> {
  return new HandlerPool(options).open()
}
