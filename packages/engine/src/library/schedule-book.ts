import {
  type Caller,
  type Clock,
  compactTask,
  createIds,
  invalid,
  RotaError,
  readTask,
  type ScheduleInput,
  SYSTEM,
  type TaskDefinition,
  type TaskInput,
  type TaskView,
  taskInputOf,
  whyNeverFires,
  writtenPart,
} from '@rota/core'
import type { Executor, HandlerFunction } from '@rota/executors'
import type { Engine } from '../api/engine.ts'
import { compileRule, ruleBodiesOf } from '../planning/rule.ts'
import type { NewTask, TaskStore } from '../ports/tasks.ts'
import { checkForm, columnsOf, keysOf, scheduleChanges } from '../use-cases/tasks/task-forms.ts'
import { type Functions, SCHEDULE_HANDLER } from './functions.ts'
import { type ScheduleOptions, scheduleFields } from './work-options.ts'

/** Marks the tasks that a program's schedules are kept as. */
const GROUP = 'library'
/** On whose behalf the library acts. */
export const PROGRAM: Caller = { ...SYSTEM, name: 'program' }

const PAGE = 1000

/** What a schedule runs: a function, or the name of a handler. */
export type ScheduledWork = HandlerFunction | string

export interface ScheduleBookOptions {
  clock: Clock
  functions: Functions
  timezone: string
  /** True when schedules outlive the program, and must be found again by name. */
  durable: boolean
}

interface SaveTarget {
  engine: Engine
  tasks: TaskStore
  executors: ReadonlyMap<string, Executor>
}

/** The schedules a program defines, and the tasks they are kept as. */
export class ScheduleBook {
  readonly #options: ScheduleBookOptions
  readonly #definitions = new Map<string, TaskInput>()
  readonly #ids = new Map<string, string>()
  readonly #nextId: () => string

  constructor(options: ScheduleBookOptions) {
    this.#options = options
    this.#nextId = createIds(() => options.clock.now())
  }

  /** Checks a schedule and notes it; answers its name. Throws `invalid`, or `conflict` when the name is taken. */
  define(schedule: ScheduleInput, work: ScheduledWork, options: ScheduleOptions): string {
    const name = this.#nameFor(work, options.name)
    const handler = typeof work === 'string' ? work : SCHEDULE_HANDLER
    const input: TaskInput = { ...scheduleFields(options), name, group: GROUP, type: 'handler', handler, schedule }
    checkNow(input, this.#options)
    this.#definitions.set(name, input)
    if (typeof work !== 'string') this.#options.functions.addForSchedule(name, work)
    return name
  }

  /** Saves what was defined so far: new schedules are added, changed ones updated, equal ones left as they are. */
  async saveAll(target: SaveTarget): Promise<void> {
    const stored = this.#options.durable ? await storedTasks(target.engine) : new Map<string, TaskView>()
    for (const [name, { id }] of stored) this.#ids.set(name, id)
    const added: NewTask[] = []
    for (const [name, input] of this.#definitions) {
      const before = stored.get(name)
      if (before === undefined) added.push(await this.#newTask(input, target.executors))
      else await this.#update(before, input, target.engine)
    }
    for (let at = 0; at < added.length; at += PAGE) await target.tasks.insert(added.slice(at, at + PAGE))
  }

  /** Saves one schedule that was defined while the scheduler runs. */
  async saveLate(name: string, engine: Engine): Promise<void> {
    const input = this.#definitions.get(name)!
    const id = this.#ids.get(name)
    if (id !== undefined) await this.#update(await engine.tasks.get(PROGRAM, id), input, engine)
    else this.#ids.set(name, (await engine.tasks.create(PROGRAM, input)).id)
  }

  /** The id of the task that a schedule is kept as. Throws `not_found`. */
  idOf(name: string): string {
    const id = this.#ids.get(name)
    if (id === undefined) throw new RotaError('not_found', `There is no schedule ${name}.`)
    return id
  }

  /** Forgets a schedule, so that its name is free again. */
  forget(name: string): void {
    this.#ids.delete(name)
    this.#definitions.delete(name)
    this.#options.functions.removeForSchedule(name)
  }

  /** Unnamed work is called after its handler or function; where names need not last, a number makes them unique. */
  #nameFor(work: ScheduledWork, given: string | undefined): string {
    const inferred = typeof work === 'string' ? work : work.name
    const name = given ?? inferred
    if (name !== '' && !this.#definitions.has(name)) return name
    if (given !== undefined || this.#options.durable) {
      if (name === '') throw new RotaError('invalid', 'Name the schedule ({ name }): a restart finds it by its name.')
      throw new RotaError('conflict', `There is already a schedule ${name}. Give this one another name ({ name }).`)
    }
    for (let number = 1; ; number++) {
      const numbered = `${name || 'schedule'} ${number}`
      if (!this.#definitions.has(numbered)) return numbered
    }
  }

  async #newTask(input: TaskInput, executors: ReadonlyMap<string, Executor>): Promise<NewTask> {
    const now = this.#options.clock.now()
    const id = this.#nextId()
    const options = { executors, defaultTimezone: this.#options.timezone }
    const form = await checkForm(input, { id, createdAt: now, now }, options).catch((error) => {
      if (!RotaError.is(error)) throw error
      throw new RotaError(error.code, `schedule ${input.name}: ${error.message}`, error.errors)
    })
    const made = { createdAt: now, createdBy: PROGRAM.name, updatedAt: now, updatedBy: PROGRAM.name }
    const state = { tenantId: null, version: 1, pausedAt: null, pauseReason: null, deletedAt: null }
    this.#ids.set(input.name, id)
    return {
      row: { id, ...columnsOf(form), ...made, ...state },
      schedules: scheduleChanges(form, true),
      keys: keysOf(form.definition, state.tenantId),
    }
  }

  async #update(before: TaskView, input: TaskInput, engine: Engine): Promise<void> {
    const { schedules: _, ...stored } = before
    // Whether it is enabled is the operator's affair, not the program's.
    const wanted = this.#complete({ ...input, ...(before.enabled === undefined ? {} : { enabled: before.enabled }) })
    if (compactTask(this.#complete(writtenPart(stored))) === compactTask(wanted)) return
    await engine.tasks.update(PROGRAM, before.id, taskInputOf(wanted), null)
  }

  #complete(input: TaskInput): TaskDefinition {
    return readTask(input, { defaultTimezone: this.#options.timezone })
  }
}

/** The schedules that earlier runs of the program left in the store. */
async function storedTasks(engine: Engine): Promise<Map<string, TaskView>> {
  const found = new Map<string, TaskView>()
  let cursor: string | null = null
  do {
    const filter = { group: GROUP, limit: PAGE, ...(cursor === null ? {} : { cursor }) }
    const page = await engine.tasks.list(PROGRAM, filter)
    for (const task of page.rows) found.set(task.name, task)
    cursor = page.next_cursor
  } while (cursor !== null)
  return found
}

/** Mistakes are thrown where they are made: at the definition. */
function checkNow(input: TaskInput, { clock, timezone, durable }: ScheduleBookOptions): void {
  const now = clock.now()
  const definition = readTask(input, { defaultTimezone: timezone })
  for (const body of ruleBodiesOf(definition, input.name, now)) {
    const { schedule } = compileRule(body, 'new')
    // Where names last, the schedule may be one of an earlier run whose instant has passed; that shows at the start.
    const why = durable ? null : whyNeverFires(schedule, now, body)
    if (why !== null) throw invalid([{ path: 'schedule', message: why }])
  }
}
