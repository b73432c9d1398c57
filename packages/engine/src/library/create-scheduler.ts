import { RotaError, type ScheduleInput } from '@rota/core'
import { createExecutors, type HandlerFunction } from '@rota/executors'
import type { Engine } from '../api/engine.ts'
import { createEngine } from '../engine.ts'
import { openInMemoryStore, openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import { intervalOf } from './duration.ts'
import { createEventHub } from './events.ts'
import { Functions } from './functions.ts'
import { compileSchedulerOptions, type SchedulerOptions } from './options.ts'
import { PROGRAM, ScheduleBook } from './schedule-book.ts'
import { type HandleOwner, type ScheduleHandle, scheduleHandle } from './schedule-handle.ts'
import type { Scheduler, Work } from './scheduler.ts'
import { type Source, Sources } from './sources.ts'
import { jobOf, type ScheduleOptions } from './work-options.ts'

/** A scheduler's open store and the engine on it. */
interface Running {
  store: Store
  engine: Engine
}

/**
 * Makes a scheduler for this program. Nothing runs before `start()`.
 * Throws RotaError `invalid` for options that do not exist or cannot be.
 */
export function createScheduler(options: SchedulerOptions = {}): Scheduler {
  const { folder, timezone, handlers, concurrency, onError, clock } = compileSchedulerOptions(options)
  const events = createEventHub(onError)
  const functions = new Functions(clock, events)
  const book = new ScheduleBook({ clock, functions, timezone, durable: folder !== null })
  const sources = new Sources(clock, functions, events)
  const executors = createExecutors({ clock, handlerExecutor: functions })
  for (const [name, fn] of Object.entries(handlers)) functions.add(name, fn)

  let opening: Promise<Running> | null = null
  let running: Running | null = null
  let starting: Promise<void> | null = null
  let stopping: Promise<void> | null = null
  /** The last of the schedules that are being saved while the scheduler runs. */
  let saving: Promise<void> = Promise.resolve()

  /** The store is opened by whoever comes first: a job may be submitted before the start. */
  function open(): Promise<Running> {
    if (stopping) return Promise.reject(new RotaError('conflict', 'The scheduler was stopped. Create a new one.'))
    opening ??= openStore()
    return opening
  }

  async function openStore(): Promise<Running> {
    const store = folder === null ? openInMemoryStore({ clock }) : await openSqliteStore({ folder, clock })
    const capacity = concurrency === null ? {} : { capacity: { calls: concurrency } }
    const engine = createEngine({ store, executors, clock, defaultTimezone: timezone, ...capacity })
    engine.on(events.emit)
    running = { store, engine }
    return running
  }

  async function begin() {
    try {
      const { store, engine } = await open()
      await book.saveAll({ engine, tasks: store.tasks, executors })
      await sources.resume(engine)
      await engine.start()
      sources.start(engine)
    } catch (error) {
      // What is open would keep the program from ending. A stop that waits for the start closes it by itself.
      if (stopping === null) {
        stopping = close(0)
        await stopping
      }
      throw error
    }
  }

  async function end(graceMs: number) {
    await Promise.allSettled([opening, starting, saving])
    await close(graceMs)
  }

  async function close(graceMs: number) {
    // Nothing was opened, or it could not be.
    if (running === null) return
    const { store, engine } = running
    await within(graceMs, sources.stop())
    await engine.stop({ graceMs })
    await store.close()
  }

  /** Waits for something that a user's function may hold up, but not for ever. */
  function within(ms: number, work: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve) => {
      const timer = clock.after(ms, () => resolve(undefined))
      void work.then(() => {
        timer.cancel()
        resolve(undefined)
      })
    })
  }

  const owner: HandleOwner = {
    async saved(name) {
      if (starting === null) throw new RotaError('conflict', `Start the scheduler first: ${name} is not saved yet.`)
      await starting
      await saving
      return { engine: (await open()).engine, id: book.idOf(name) }
    },
    forget: (name) => book.forget(name),
  }

  function saveLate(name: string) {
    if (starting === null || stopping !== null) return
    const after = Promise.allSettled([starting, saving])
    saving = after
      .then(async () => running && book.saveLate(name, running.engine))
      .then(
        () => undefined,
        (error) => events.fail({ type: 'schedule_failed', name, error }),
      )
  }

  function define(schedule: ScheduleInput, work: Work, given: ScheduleOptions = {}): ScheduleHandle {
    const name = book.define(schedule, work, given)
    saveLate(name)
    return scheduleHandle(name, owner)
  }

  function engine(): Engine {
    if (running) return running.engine
    throw new RotaError('conflict', 'The scheduler has no engine before start().')
  }

  const scheduler: Scheduler = {
    handle(name, fn) {
      functions.add(name, fn as HandlerFunction)
      return scheduler
    },
    handlers: () => functions.names(),
    removeHandler: (name) => functions.remove(name),

    cron: (expression, work, given) => define({ type: 'cron', expression }, work, given),
    every(interval, work, { aligned = false, ...given } = {}) {
      return define(intervalOf(interval, aligned), work, given)
    },
    daily: (times, work, given) => define({ type: 'daily', times: [times].flat() }, work, given),
    schedule: define,
    named: (name) => scheduleHandle(name, owner),
    next: (name) => scheduleHandle(name, owner).next(),

    async submit(handler, given = {}) {
      const job = jobOf(handler, given)
      const { idempotencyKey } = given
      const { executions } = (await open()).engine
      return executions.submit(PROGRAM, job, idempotencyKey === undefined ? {} : { idempotencyKey })
    },
    async submitMany(handler, jobs) {
      const inputs = jobs.map((given) => jobOf(handler, given))
      const made = await (await open()).engine.executions.submitMany(PROGRAM, inputs)
      return made.map(({ id }) => id)
    },
    at: (instant, handler, args = []) => scheduler.submit(handler, { args, runAt: instant }),

    source(source) {
      sources.add(source as unknown as Source)
      return scheduler
    },
    poke: (name) => sources.poke(name),
    sources: () => sources.list(),
    removeSource: (name) => sources.remove(name),
    on: (listener) => events.on(listener),

    start() {
      starting ??= begin()
      return starting
    },
    stop({ graceMs = 10_000 } = {}) {
      stopping ??= end(graceMs)
      return stopping
    },
    [Symbol.asyncDispose]: () => scheduler.stop(),

    get engine() {
      return engine()
    },
    get tasks() {
      return engine().tasks
    },
    get executions() {
      return engine().executions
    },
  }
  return scheduler
}
