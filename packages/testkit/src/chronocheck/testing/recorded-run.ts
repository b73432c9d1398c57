import { type Caller, SYSTEM } from '@rota/core'
import { createEngine, createMemoryDisk, type Engine, type MemoryDisk, type StoreParts } from '@rota/engine'
import type { Executor, RunOutcome, RunRequest } from '@rota/executors'
import { ManualClock } from '../../manual-clock.ts'
import { createRandom, type Random } from '../../random.ts'
import { SimProcess } from '../../simulation/sim-process.ts'
import type { Turns } from '../../simulation/turns.ts'
import type { ExecutionRow, History, LedgerEntry, Operation, TaskFacts, Testimony } from '../history.ts'

/** Plants a bug: what the engine sees of its store. */
export type Plant = (store: StoreParts, disk: MemoryDisk, random: Random) => StoreParts

const ANN: Caller = { ...SYSTEM, name: 'ann' }
const START = Date.UTC(2026, 0, 5, 12)
const LENGTH_S = 90
const PAGE = 500
const MOST_TURNS = 1_000
/** An interval's anchor, on a whole minute. */
const ANCHOR = Date.UTC(2026, 0, 1)

interface Work {
  name: string
  /** Seconds from one occurrence to the next. */
  every: number
  lastsMs: number
}

/**
 * A minute and a half of a real engine in virtual time: it runs tasks of every overlap policy, takes jobs with
 * idempotency keys, dies once and comes back. Answers the history as the checker wants it.
 */
export async function recordRun(seed: number, turns: Turns, plant: Plant = (store) => store): Promise<History> {
  const run = new RecordedRun(seed, turns, plant)
  return run.live()
}

class RecordedRun {
  readonly #clock: ManualClock
  readonly #disk = createMemoryDisk()
  readonly #random: Random
  readonly #plant: Plant
  readonly #testimonies: Testimony[] = []
  readonly #operations: Operation[] = []
  #process: SimProcess
  #engine: Engine
  #lives = 0

  constructor(seed: number, turns: Turns, plant: Plant) {
    this.#clock = new ManualClock({ startAt: START, settle: turns.settle })
    this.#random = createRandom(seed)
    this.#plant = plant
    ;[this.#process, this.#engine] = this.#boot()
  }

  async live(): Promise<History> {
    await this.#start()
    const tasks = await this.#makeTasks()
    const diesAt = this.#random.int(30, 50)
    const awayMs = this.#random.int(500, 7_000)
    const faults: History['faults'] = []
    for (let second = 0; second < LENGTH_S; second++) {
      if (second === diesAt) {
        const at = this.#clock.now()
        this.#process.kill()
        await this.#clock.advance(awayMs)
        ;[this.#process, this.#engine] = this.#boot()
        await this.#start()
        faults.push({ kind: 'death', instance: 1, at, sureAt: at, until: this.#clock.now(), what: 'kill -9' })
      }
      await this.#submit(`job-${second}`)
      await this.#clock.advance(this.#random.int(900, 1_100))
    }
    for (const task of tasks) {
      const from = this.#clock.now()
      await this.#ask((engine) => engine.tasks.disable(ANN, task.id))
      task.definitions.push({ schedule: null, since: { from, to: this.#clock.now() }, isCertain: true })
    }
    await this.#clock.advance(60_000)
    return {
      leaseMs: 0,
      instances: 1,
      settlingMs: 0,
      usualLatenessMs: 2_000,
      tasks,
      faults,
      ...(await this.#read(tasks)),
      operations: this.#operations,
      testimonies: this.#testimonies,
      sightings: [],
      collectedAt: this.#clock.now(),
    }
  }

  #boot(): [SimProcess, Engine] {
    const process = new SimProcess(this.#clock, () => {
      throw new Error('The engine spins.')
    })
    const life = ++this.#lives
    const engine = createEngine({
      store: this.#plant(this.#disk.open(process), this.#disk, this.#random),
      executors: new Map([['witnessed', this.#executor(process, life)]]),
      clock: process,
      random: () => 0.5,
    })
    return [process, engine]
  }

  async #start() {
    await this.#ask((engine) => engine.start())
  }

  async #ask<T>(act: (engine: Engine) => Promise<T>): Promise<T> {
    let isAnswered = false
    const answer = act(this.#engine).finally(() => {
      isAnswered = true
    })
    for (let turn = 0; !isAnswered; turn++) {
      if (turn === MOST_TURNS) throw new Error('The engine does not answer.')
      await this.#clock.advance(0)
    }
    return answer
  }

  async #makeTasks(): Promise<TaskFacts[]> {
    const made: TaskFacts[] = []
    const add = async ({ name, every, lastsMs }: Work, more: Partial<TaskFacts>, input = {}) => {
      const from = this.#clock.now()
      const told = { type: 'interval', every, unit: 'seconds', anchor: new Date(ANCHOR).toISOString() } as const
      const payload = { lastsMs }
      const misfire = { policy: 'run_once', grace_seconds: 1 } as const
      const whole = { name, type: 'witnessed', schedule: told, payload, misfire, ...input }
      const { id } = await this.#ask((engine) => engine.tasks.create(ANN, whole))
      const schedule = { kind: 'interval', anchorMs: ANCHOR, everyMs: every * 1_000 } as const
      const definitions = [{ schedule, since: { from, to: this.#clock.now() }, isCertain: true }]
      const usual = { overlap: 'allow', maxAttempts: 1, graceMs: 1_000, testifies: true } as const
      made.push({ id, name, definitions, ...usual, ...more })
    }
    const many = { concurrency: { overlap: 'allow', max: 100 } }
    await add({ name: 'each', every: 1, lastsMs: 200 }, {}, many)
    await add(
      { name: 'single', every: 1, lastsMs: 1_400 },
      { overlap: 'skip' },
      { concurrency: { overlap: 'skip', max: 1 } },
    )
    const key = { overlap: 'queue', max: 10, key: 'door', key_max: 1 }
    for (const name of ['door a', 'door b'])
      await add({ name, every: 4, lastsMs: 700 }, { overlap: 'queue', exclusive: 'door' }, { concurrency: key })
    const retry = { max_attempts: 3, delay_seconds: 1, backoff: 'fixed', on: ['exit_code', 'lost'] }
    const payload = { lastsMs: 100, failsUntil: 2 }
    await add({ name: 'retry', every: 3, lastsMs: 100 }, { maxAttempts: 3 }, { ...many, retry, payload })
    return made
  }

  async #submit(name: string) {
    const from = this.#clock.now()
    const job = { type: 'witnessed', name, payload: { lastsMs: 300 } }
    const made = await this.#ask((engine) => engine.executions.submit(ANN, job, { idempotencyKey: name }))
    const operation: Operation = {
      kind: 'submit',
      subject: name,
      at: { from, to: this.#clock.now() },
      outcome: 'ok',
      answered: made.id,
      status: made.status,
    }
    this.#operations.push(operation)
  }

  #executor(process: SimProcess, life: number): Executor {
    let runs = 0
    return {
      type: 'witnessed',
      validate: async () => [],
      start: (request) => {
        const { lastsMs, failsUntil = 0 } = request.payload as { lastsMs: number; failsUntil?: number }
        const code = request.attempt < failsUntil ? 1 : 0
        const epoch = `${life}-${++runs}`
        this.#testify('start', request, epoch, null)
        const { promise, resolve } = Promise.withResolvers<RunOutcome>()
        // With its server it dies: the timer is the server's.
        const timer = process.after(lastsMs, () => {
          this.#testify('end', request, epoch, code)
          resolve(outcomeOf(code === 0 ? 'success' : 'failed', code))
        })
        return {
          done: promise,
          cancel() {
            timer.cancel()
            resolve(outcomeOf('cancelled', null))
          },
        }
      },
    }
  }

  #testify(kind: Testimony['kind'], request: RunRequest, epoch: string, code: number | null) {
    this.#testimonies.push({
      kind,
      task: request.taskName ?? request.executionId,
      execution: request.executionId,
      attempt: request.attempt,
      epoch,
      fence: request.fence ?? 0,
      instance: 1,
      due: new Date(request.scheduledAt).toISOString(),
      pid: 1,
      at_ns: this.#clock.now() * 1e6,
      code,
    })
  }

  async #read(tasks: TaskFacts[]): Promise<Pick<History, 'ledger' | 'executions' | 'storedTasks'>> {
    const ledger: LedgerEntry[] = []
    for (const { id } of tasks) {
      const asked = async (page: Asked) => {
        const { entries, next_cursor } = await this.#engine.ledger(ANN, { task_id: id, ...page })
        return { rows: entries, next_cursor }
      }
      ledger.push(...(await this.#pages(asked)))
    }
    const executions = await this.#pages((page) => this.#engine.executions.list(ANN, page))
    const stored = await this.#pages((page) => this.#engine.tasks.list(ANN, page))
    return { ledger, executions: executions as ExecutionRow[], storedTasks: stored.map((task) => task.id) }
  }

  async #pages<T>(ask: (page: Asked) => Promise<Page<T>>): Promise<T[]> {
    const found: T[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<T> = await this.#ask(() => ask({ limit: PAGE, ...(cursor != null && { cursor }) }))
      found.push(...page.rows)
      cursor = page.next_cursor
    }
    return found
  }
}

interface Asked {
  limit: number
  cursor?: string
}

interface Page<T> {
  rows: readonly T[]
  next_cursor: string | null
}

function outcomeOf(status: RunOutcome['status'], exitCode: number | null): RunOutcome {
  return {
    status,
    failure: status === 'failed' ? 'exit_code' : null,
    exitCode,
    signal: null,
    error: null,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}
