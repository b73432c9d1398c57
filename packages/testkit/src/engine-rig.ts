import { type Caller, RotaError, SYSTEM, type TaskInput } from '@rota/core'
import {
  createEngine,
  createMemoryDisk,
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type MemoryDisk,
} from '@rota/engine'
import type { Executor, RunOutcome, RunRequest } from '@rota/executors'
import { ManualClock } from './manual-clock.ts'
import { SimProcess } from './simulation/sim-process.ts'

/** An attempt that waits for the test to end it. */
export interface ScriptedRun {
  readonly request: RunRequest
  readonly startedAt: number
  /** Why it was asked to stop; null while it was not. */
  cancelledFor: string | null
  end(outcome?: Partial<RunOutcome>): void
  breakDown(error: Error): void
}

export const ANN: Caller = { ...SYSTEM, name: 'ann' }
/** When a rig's clock begins: a whole minute. */
export const RIG_START = Date.UTC(2026, 0, 5, 12)

/** Written down, so that tests that count milliseconds do not hang on the engine's own choice. */
const SETTINGS = { horizonMs: 3000, prefetchMs: 1000, pollMs: 1000, longestSleepMs: 5000, leaseMs: 15_000 }

const success: RunOutcome = {
  status: 'success',
  failure: null,
  exitCode: 0,
  signal: null,
  error: null,
  result: null,
  outputTail: '',
  cpuSeconds: null,
  maxRssBytes: null,
  droppedLogBytes: 0,
}

/**
 * A whole engine on a disk in memory, in the hands of a test: it moves the clock, ends the attempts, lets the store
 * fail and the process die.
 */
export class EngineRig {
  readonly clock = new ManualClock({ startAt: RIG_START, settle: settleTurns })
  readonly disk: MemoryDisk = createMemoryDisk()
  readonly runs: ScriptedRun[] = []
  readonly events: EngineEvent[] = []
  /** Methods of the store that fail while they stand here, as if the disk were full. */
  readonly failing = new Set<string>()
  /** Methods of the store whose answers take so many ms; what they do is done at once. */
  readonly slow = new Map<string, number>()
  /** Methods of the store that do their work while they stand here, and whose answers are lost. */
  readonly losing = new Set<string>()
  #options: Partial<EngineOptions>
  #process: SimProcess
  #engine: Engine
  /** What the executor does instead of waiting, e.g. throw. */
  onStart: (request: RunRequest) => void = () => undefined

  constructor(options: Partial<EngineOptions> = {}) {
    this.#options = { ...SETTINGS, ...options }
    this.#process = this.#newProcess()
    this.#engine = this.#newEngine()
  }

  get engine(): Engine {
    return this.#engine
  }

  /** Starts the engine and lets it come to rest. */
  async start(): Promise<void> {
    await this.#engine.start()
    await this.clock.advance(0)
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** Calls the engine and lets what follows from it happen, without time passing. */
  async ask<T>(act: (engine: Engine) => Promise<T>): Promise<T> {
    const answer = await act(this.#engine)
    await this.clock.advance(0)
    return answer
  }

  /** Adds a task that runs in the rig, every minute unless told otherwise. */
  addTask(input: Partial<TaskInput> = {}) {
    const task: TaskInput = { name: 'a task', type: 'scripted', schedule: '* * * * *', ...input }
    return this.ask((engine) => engine.tasks.create(ANN, task))
  }

  /** Kills the process: nothing of it goes on, and its attempts are gone. */
  crash(): void {
    this.#process.kill()
    this.runs.length = 0
  }

  /** A new process on the same disk; not started yet. */
  reboot(): void {
    this.crash()
    this.#process = this.#newProcess()
    this.#engine = this.#newEngine()
  }

  /** Kills the process and starts another, with `changes` to how the engine is set up from then on. */
  async restart(changes: Partial<EngineOptions> = {}): Promise<void> {
    this.#options = { ...this.#options, ...changes }
    this.reboot()
    await this.start()
  }

  history(): Record<string, unknown>[] {
    return this.disk.select(
      `SELECT id, status, failure, reason, error, due_at AS dueAt, started_at AS startedAt, attempt, attempts, trigger
       FROM execution_history ORDER BY seq`,
    )
  }

  live(): Record<string, unknown>[] {
    return this.disk.select('SELECT id, state, attempt, run_at AS runAt, deaths FROM executions ORDER BY seq')
  }

  #newProcess(): SimProcess {
    return new SimProcess(this.clock, () => {
      throw new Error('The engine spins: it arms timers without letting time pass.')
    })
  }

  #newEngine(): Engine {
    const process = this.#process
    const store = this.disk.open(process)
    const engine = createEngine({
      ...this.#options,
      store: { ...store, executions: this.#fallible(store.executions), tasks: this.#fallible(store.tasks) },
      executors: new Map([['scripted', this.#executor()]]),
      clock: process,
      random: () => 0.5,
    })
    engine.on((event) => this.events.push(event))
    return engine
  }

  #fallible<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const method = target[name as keyof T]
        if (typeof method !== 'function') return method
        const isLosing = this.losing.has(String(name))
        const slowMs = this.slow.get(String(name))
        if (slowMs !== undefined) {
          return async (...parameters: unknown[]) => {
            const answer = await method.apply(target, parameters)
            await new Promise<void>((resolve) => this.clock.after(slowMs, resolve))
            if (this.losing.has(String(name))) throw new RotaError('unavailable', 'The connection was lost.')
            return answer
          }
        }
        if (!isLosing && !this.failing.has(String(name))) return method
        return async (...parameters: unknown[]) => {
          if (isLosing) await method.apply(target, parameters)
          throw new RotaError('unavailable', 'The store cannot be written: the disk is full.')
        }
      },
    })
  }

  #executor(): Executor {
    return {
      type: 'scripted',
      validate: async () => [],
      start: (request) => {
        this.onStart(request)
        const { promise, resolve, reject } = Promise.withResolvers<RunOutcome>()
        const run: ScriptedRun = {
          request,
          startedAt: this.clock.now(),
          cancelledFor: null,
          end: (outcome) => resolve({ ...success, ...outcome }),
          breakDown: reject,
        }
        this.runs.push(run)
        return {
          done: promise,
          cancel(reason) {
            run.cancelledFor ??= reason
          },
        }
      },
    }
  }
}

/** Enough turns of the loop for what the engine puts off to its next turn, and for what follows from that. */
async function settleTurns() {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}
