import type { ScheduleInput } from '@rota/core'
import { createExecutors, type HandlerFunction } from '@rota/executors'
import { createEngine } from '../engine.ts'
import { openInMemoryStore, openSqliteStore } from '../store/sqlite/open.ts'
import { intervalOf } from './duration.ts'
import { createEventHub } from './events.ts'
import { Functions } from './functions.ts'
import { Lifetime, type Running } from './lifetime.ts'
import { type CompiledSchedulerOptions, compileSchedulerOptions, type SchedulerOptions } from './options.ts'
import { PROGRAM, ScheduleBook } from './schedule-book.ts'
import { type HandleOwner, type ScheduleHandle, scheduleHandle } from './schedule-handle.ts'
import type { Scheduler, Work } from './scheduler.ts'
import { type Source, Sources } from './sources.ts'
import { jobOf, type ScheduleOptions } from './work-options.ts'

/**
 * Makes a scheduler for this program. Nothing runs before `start()`.
 * Throws RotaError `invalid` for options that do not exist or cannot be.
 */
export function createScheduler(options: SchedulerOptions = {}): Scheduler {
  const compiled = compileSchedulerOptions(options)
  const { folder, timezone, handlers, onError, clock } = compiled
  const events = createEventHub(onError)
  const functions = new Functions(clock, events)
  const book = new ScheduleBook({ clock, functions, timezone, durable: folder !== null })
  const sources = new Sources(clock, functions, events)
  const executors = createExecutors({ clock, handlerExecutor: functions })
  for (const [name, fn] of Object.entries(handlers)) functions.add(name, fn)

  async function begin({ store, engine }: Running): Promise<void> {
    await book.saveAll({ engine, tasks: store.tasks, executors })
    await sources.resume(engine)
    await engine.start()
    sources.start(engine)
  }

  const open = () => openRunning(compiled, { executors, events })
  const lifetime = new Lifetime({ clock, open, begin, part: () => sources.stop() })
  const owner: HandleOwner = {
    saved: async (name) => ({ engine: await lifetime.saved(name), id: book.idOf(name) }),
    forget: (name) => book.forget(name),
  }

  function define(schedule: ScheduleInput, work: Work, given: ScheduleOptions = {}): ScheduleHandle {
    const name = book.define(schedule, work, given)
    lifetime.saveLate(
      (engine) => book.saveLate(name, engine),
      (error) => events.fail({ type: 'schedule_failed', name, error }),
    )
    return scheduleHandle(name, owner)
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

    ...submissionsTo(lifetime),

    source(source) {
      sources.add(source as unknown as Source)
      return scheduler
    },
    poke: (name) => sources.poke(name),
    sources: () => sources.list(),
    removeSource: (name) => sources.remove(name),
    on: (listener) => events.on(listener),

    start: () => lifetime.start(),
    stop: ({ graceMs = 10_000 } = {}) => lifetime.stop(graceMs),
    [Symbol.asyncDispose]: () => scheduler.stop(),

    get engine() {
      return lifetime.engine
    },
    get tasks() {
      return lifetime.engine.tasks
    },
    get executions() {
      return lifetime.engine.executions
    },
  }
  return scheduler
}

/** Jobs: what runs without a schedule. */
function submissionsTo(lifetime: Lifetime): Pick<Scheduler, 'submit' | 'submitMany' | 'at'> {
  const submit: Scheduler['submit'] = async (handler, given = {}) => {
    const job = jobOf(handler, given)
    const { idempotencyKey } = given
    const { executions } = await lifetime.open()
    return executions.submit(PROGRAM, job, idempotencyKey === undefined ? {} : { idempotencyKey })
  }
  return {
    submit,
    async submitMany(handler, jobs) {
      const inputs = jobs.map((given) => jobOf(handler, given))
      const made = await (await lifetime.open()).executions.submitMany(PROGRAM, inputs)
      return made.map(({ id }) => id)
    },
    at: (instant, handler, args = []) => submit(handler, { args, runAt: instant }),
  }
}

interface Parts {
  executors: ReturnType<typeof createExecutors>
  events: ReturnType<typeof createEventHub>
}

async function openRunning(
  { folder, timezone, concurrency, secrets, clock }: CompiledSchedulerOptions,
  { executors, events }: Parts,
): Promise<Running> {
  const store = folder === null ? openInMemoryStore({ clock }) : await openSqliteStore({ folder, clock })
  const capacity = concurrency === null ? {} : { capacity: { calls: concurrency } }
  const engine = createEngine({ store, executors, secrets, clock, defaultTimezone: timezone, ...capacity })
  engine.on(events.emit)
  return { store, engine }
}
