import { type Clock, type FieldError, invalid, type Json, RotaError, readTask, say, type Timer } from '@rota/core'
import type { HandlerContext } from '@rota/executors'
import type { Engine } from '../api/engine.ts'
import type { EngineEvent } from '../api/events.ts'
import type { JobInput } from '../api/executions.ts'
import { jobAsTask } from '../work.ts'
import type { EventHub } from './events.ts'
import { type Functions, SOURCE_HANDLER } from './functions.ts'
import { type Instant, isoInstant } from './instant.ts'
import { jsonValue } from './json-value.ts'
import { refuseUnknown } from './option-names.ts'
import { PROGRAM } from './schedule-book.ts'
import { type WorkOptions, workFields } from './work-options.ts'

/** What a producer hands out: data for the consumer, and when. */
export interface ProducedJob<Data extends Json = Json> {
  /** Must be JSON: it is stored, and survives a restart where the store does. */
  data: Data
  /** Not before this instant; one that lies in the past runs at once. Default: now. */
  runAt?: Instant
  /** Higher starts first among what waits for a free place. */
  priority?: number
}

/** Where jobs come from, and what does them. */
export interface Source<Data extends Json = Json> extends WorkOptions {
  /** Unique among sources. */
  name: string
  /**
   * Makes the next job, or answers null when there is none now. It is asked when the scheduler starts, whenever a job
   * of the source has started (or was refused), and when it is poked; never twice at a time. It hands out each job once.
   */
  produce(): ProducedJob<Data> | null | Promise<ProducedJob<Data> | null>
  /** Does a job. */
  consume(data: Data, context: HandlerContext): unknown
  /** Jobs of this source that may run at once. Default 1. */
  concurrency?: number
}

/** A source as a scheduler lists it. */
export interface SourceView {
  name: string
  /** Jobs that may run at once. */
  concurrency: number
  /** Jobs that were handed out and have not started. */
  waiting: number
}

const OPTIONS: (keyof Source)[] = ['name', 'produce', 'consume', 'concurrency', 'priority', 'timeout', 'retry']
const LONGEST_NAME = 180
const MOST_CONCURRENT = 1_000_000
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000

/** One source at work. */
interface Pump {
  source: Source
  /** How often the producer is still to be asked. */
  asks: number
  /** Handed out, and not stored yet because the store refused it. */
  unsaved: ProducedJob | null
  /** The round of asking under way. */
  asking: Promise<void> | null
  retry: Timer | null
  retryMs: number
  isRemoved: boolean
}

/** Asks producers for jobs and keeps one job of each ahead in the store, until its start makes room for the next. */
export class Sources {
  readonly #clock: Clock
  readonly #functions: Functions
  readonly #events: EventHub
  readonly #pumps = new Map<string, Pump>()
  /** Stored jobs that have not started, by execution. */
  readonly #waiting = new Map<string, Pump>()
  /** Executions that started before their submission was answered. */
  readonly #early = new Set<string>()
  #engine: Engine | null = null
  #stopListening = () => {}

  constructor(clock: Clock, functions: Functions, events: EventHub) {
    this.#clock = clock
    this.#functions = functions
    this.#events = events
  }

  /** Throws `conflict` when the name is taken, `invalid` for options that do not exist or cannot be. */
  add(source: Source): void {
    checkSource(source)
    const { name } = source
    if (this.#pumps.has(name)) throw new RotaError('conflict', say`There is already a source ${name}.`)
    const pump: Pump = {
      source,
      asks: 0,
      unsaved: null,
      asking: null,
      retry: null,
      retryMs: FIRST_RETRY_MS,
      isRemoved: false,
    }
    this.#pumps.set(name, pump)
    this.#functions.addForSource(name, ([, data], _kwargs, context) => {
      if (context.attempt === 1) this.#started(pump, context.executionId)
      return source.consume(data!, context)
    })
    if (this.#engine) this.#ask(pump)
  }

  /** Asks a producer again, e.g. because there is a job earlier than the one it handed out last. */
  poke(name: string): void {
    const pump = this.#named(name)
    if (this.#engine) this.#ask(pump)
  }

  list(): SourceView[] {
    return [...this.#pumps.values()].map((pump) => {
      const { name, concurrency = 1 } = pump.source
      return { name, concurrency, waiting: this.#jobsOf(pump).length }
    })
  }

  /**
   * Takes a source out: its producer is asked no more, its jobs that wait are cancelled, those that run end by
   * themselves. Then the name is free. Throws `not_found`.
   */
  async remove(name: string): Promise<void> {
    const pump = this.#named(name)
    this.#pumps.delete(name)
    pump.isRemoved = true
    pump.asks = 0
    pump.retry?.cancel()
    const engine = this.#engine
    await pump.asking
    this.#functions.removeForSource(name)
    const jobs = this.#jobsOf(pump)
    for (const id of jobs) this.#waiting.delete(id)
    // What has started or ended meanwhile needs no cancelling.
    if (engine !== null) await Promise.allSettled(jobs.map((id) => engine.executions.cancel(PROGRAM, id)))
  }

  #named(name: string): Pump {
    const pump = this.#pumps.get(name)
    if (pump === undefined) throw new RotaError('not_found', say`There is no source ${name}.`)
    return pump
  }

  #jobsOf(pump: Pump): string[] {
    return [...this.#waiting].filter(([, other]) => other === pump).map(([id]) => id)
  }

  /** Finds the jobs that wait in the store. To be called before the engine starts any of them. */
  async resume(engine: Engine): Promise<void> {
    if (this.#pumps.size === 0) return
    let cursor: string | null = null
    do {
      const filter = { status: ['pending' as const], limit: 1000, ...(cursor === null ? {} : { cursor }) }
      const page = await engine.executions.list(PROGRAM, filter)
      for (const { id, task_name } of page.rows) {
        const pump = task_name?.startsWith(JOB_NAME) ? this.#pumps.get(task_name.slice(JOB_NAME.length)) : undefined
        if (pump) this.#waiting.set(id, pump)
      }
      cursor = page.next_cursor
    } while (cursor !== null)
  }

  /** Asks every producer that has no job waiting. */
  start(engine: Engine): void {
    this.#engine = engine
    this.#stopListening = engine.on((event) => this.#notice(event))
    const waiting = new Set(this.#waiting.values())
    for (const pump of this.#pumps.values()) if (!waiting.has(pump)) this.#ask(pump)
  }

  /** Asks no more; resolves when what was produced is stored. */
  async stop(): Promise<void> {
    this.#engine = null
    this.#stopListening()
    for (const pump of this.#pumps.values()) {
      pump.retry?.cancel()
      // The round under way ends with the job it is at.
      pump.asks = Math.min(pump.asks, pump.asking === null ? 0 : 1)
    }
    await Promise.all([...this.#pumps.values()].map((pump) => pump.asking))
  }

  #started(pump: Pump, executionId: string) {
    if (!this.#waiting.delete(executionId)) this.#early.add(executionId)
    this.#ask(pump)
  }

  /** A job that ended without having started was refused: cancelled, skipped, or given up. */
  #notice(event: EngineEvent) {
    if (event.type !== 'execution_finished') return
    const pump = this.#waiting.get(event.id)
    if (pump) this.#started(pump, event.id)
  }

  #ask(pump: Pump) {
    if (pump.isRemoved) return
    pump.asks++
    this.#go(pump)
  }

  #go(pump: Pump) {
    const engine = this.#engine
    if (engine === null) return
    pump.asking ??= this.#askAll(pump, engine).finally(() => {
      pump.asking = null
    })
  }

  async #askAll(pump: Pump, engine: Engine) {
    pump.retry?.cancel()
    while (pump.asks > 0) {
      try {
        pump.unsaved ??= await pump.source.produce()
        if (pump.unsaved !== null) await this.#store(pump, pump.unsaved, engine)
        pump.asks = Math.max(0, pump.asks - 1)
        pump.unsaved = null
        pump.retryMs = FIRST_RETRY_MS
      } catch (error) {
        // A job that cannot be stored at all is given up; one that cannot be stored now is kept.
        if (RotaError.is(error) && error.code === 'invalid') pump.unsaved = null
        this.#retryLater(pump, error)
        return
      }
    }
  }

  async #store(pump: Pump, job: ProducedJob, engine: Engine) {
    const { id } = await engine.executions.submit(PROGRAM, jobOfSource(pump.source, job))
    if (!this.#early.delete(id)) this.#waiting.set(id, pump)
  }

  #retryLater(pump: Pump, error: unknown) {
    const { retryMs } = pump
    this.#events.fail({ type: 'producer_failed', name: pump.source.name, error, retryInMs: retryMs })
    pump.retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    if (this.#engine && !pump.isRemoved) pump.retry = this.#clock.after(retryMs, () => this.#go(pump))
  }
}

/** Throws `invalid` with one entry per field that cannot be. */
function checkSource(source: Source): void {
  refuseUnknown(source, OPTIONS)
  const errors: FieldError[] = []
  const { name, concurrency = 1 } = source
  if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST_NAME) {
    errors.push({ path: 'name', message: say`must be a text of 1 to ${LONGEST_NAME} characters.` })
  }
  for (const path of ['produce', 'consume'] as const) {
    if (typeof source[path] !== 'function') errors.push({ path, message: say`must be a function.` })
  }
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MOST_CONCURRENT) {
    const message = say`is ${String(concurrency)}; it must be a whole number from 1 to ${MOST_CONCURRENT}.`
    errors.push({ path: 'concurrency', message })
  }
  if (errors.length > 0) throw invalid(errors)
  // Mistakes in the other options are those of any job; they must not wait for the first one.
  readTask(jobAsTask(jobOfSource(source, { data: null })), { defaultTimezone: 'UTC' })
}

/** Begins the name of every job of a source, so that a restart can tell whose it is. */
const JOB_NAME = 'source:'

function jobOfSource({ name, concurrency = 1, ...options }: Source, job: ProducedJob): JobInput {
  const { data, runAt, priority } = job
  return {
    type: 'handler',
    name: `${JOB_NAME}${name}`,
    payload: { handler: SOURCE_HANDLER },
    params: { args: [name, jsonValue(data, 'data')] },
    concurrency: { key: `${JOB_NAME}${name}`, key_max: concurrency },
    ...workFields({ ...options, ...(priority === undefined ? {} : { priority }) }),
    ...(runAt === undefined ? {} : { run_at: isoInstant(runAt, 'runAt') }),
  }
}
