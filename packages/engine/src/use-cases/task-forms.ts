import {
  compactTask,
  type FieldError,
  findMasks,
  invalid,
  RotaError,
  readTask,
  say,
  type TaskDefinition,
  type TaskInput,
  unmask,
} from '@rota/core'
import type { Executor } from '@rota/executors'
import { type Limits, namedKey } from '../planning/limits.ts'
import { compileRule, type Rule, type RuleBody, ruleBodiesOf } from '../planning/rule.ts'
import type { ScheduleChange, TaskRow } from '../ports/tasks.ts'

export interface FormOptions {
  executors: ReadonlyMap<string, Executor>
  defaultTimezone: string
}

/** A checked task, ready to be stored. */
export interface TaskForm {
  definition: TaskDefinition
  stored: string
  rules: { body: RuleBody; rule: Rule }[]
}

/** Checks a document in every respect. Throws `invalid` with all that is wrong. */
export async function checkForm(
  input: TaskInput,
  taskId: string,
  createdAt: number,
  options: FormOptions,
): Promise<TaskForm> {
  const definition = readTask(input, { defaultTimezone: options.defaultTimezone })
  const errors: FieldError[] = []
  const rules = checkSchedules(definition, taskId, createdAt, errors)
  errors.push(...(await checkPayload(definition, options.executors)))
  if (errors.length > 0) throw invalid(errors)
  return { definition, stored: compactTask(definition), rules }
}

function checkSchedules(task: TaskDefinition, taskId: string, createdAt: number, errors: FieldError[]) {
  const manual = { ...task, schedules: [{ schedule: '* * * * *', timezone: null }] }
  const bodies = ruleBodiesOf(task, taskId, createdAt)
  // A zone is checked even where nothing falls due by it.
  if (bodies.length === 0) compileInto(ruleBodiesOf({ ...manual, end_at: null }, taskId, createdAt)[0]!, '', errors)
  const lone = task.schedules.length === 1
  return bodies.flatMap((body, i) => {
    const rule = compileInto(body, lone ? 'schedule' : `schedules[${i}].schedule`, errors)
    return rule ? [{ body, rule }] : []
  })
}

function compileInto(body: RuleBody, path: string, errors: FieldError[]): Rule | null {
  try {
    return compileRule(body)
  } catch (error) {
    if (!RotaError.is(error) || error.errors.length === 0) throw error
    for (const e of error.errors) {
      const own = e.path === 'timezone' || e.path === 'start_at' || e.path === 'end_at' || e.path.startsWith('dst')
      errors.push({ ...e, path: own || path === '' ? e.path : e.path === '' ? path : `${path}.${e.path}` })
    }
    return null
  }
}

async function checkPayload(task: TaskDefinition, executors: ReadonlyMap<string, Executor>): Promise<FieldError[]> {
  const executor = executors.get(task.type)
  if (executor === undefined) {
    const known = [...executors.keys()].join(', ')
    return [{ path: 'type', message: say`is ${JSON.stringify(task.type)}; this server runs ${known}.` }]
  }
  return executor.validate(task.payload)
}

/** The schedules of a form as the store shall keep them. Inactive tasks keep their rules without a cursor. */
export function scheduleChanges(form: TaskForm, active: boolean): ScheduleChange[] {
  return form.rules.map(({ body, rule }, ordinal) => ({
    ordinal,
    body: JSON.stringify(body),
    next: (after, planned) => {
      if (!active || (rule.maxRuns !== null && planned >= rule.maxRuns)) return null
      return rule.schedule.next(after)
    },
  }))
}

/** The named limits a task brings along. */
export function keysOf({ concurrency }: TaskDefinition): { key: string; max: number }[] {
  return concurrency.key === null ? [] : [{ key: namedKey(concurrency.key), max: concurrency.key_max }]
}

/** The limits an execution of a task is under. */
export function slotsOf({ group, concurrency }: TaskDefinition, limits: Limits) {
  const { overlap, max, key } = concurrency
  return { overlap, taskMax: max, keys: limits.keysFor(group, key) }
}

/** The columns of a row that repeat parts of the definition, for filters. */
export function columnsOf(
  form: TaskForm,
): Pick<TaskRow, 'name' | 'group' | 'type' | 'tags' | 'enabled' | 'definition' | 'runAtStart'> {
  const { name, group, type, tags, enabled, run_at_start } = form.definition
  return { name, group, type, tags, enabled, definition: form.stored, runAtStart: run_at_start }
}

const NESTED = ['misfire', 'concurrency', 'retry', 'dst', 'retention'] as const
const PAYLOAD_FIELDS = ['command', 'source', 'interpreter', 'handler', 'http', 'payload'] as const

/** Throws `invalid` where a mask stands in the place of a secret that nobody knows. */
export function refuseMasks(input: Partial<TaskInput>): void {
  const errors = findMasks(input)
  if (errors.length > 0) throw invalid(errors)
}

/** Lays changes over a document: given fields replace, the policies are merged field by field. */
export function applyChanges(current: TaskInput, changes: Partial<TaskInput>): TaskInput {
  const base: TaskInput = { ...current }
  if (changes.type !== undefined && changes.type !== current.type)
    for (const field of PAYLOAD_FIELDS) delete base[field]
  // A new schedule takes the place of all the old ones, unless the others are named too.
  if (changes.schedule !== undefined || changes.schedules !== undefined) {
    delete base.schedule
    delete base.schedules
  }
  const meant = unmask(changes, current)
  refuseMasks(meant)
  const merged: TaskInput = { ...base, ...meant }
  for (const field of NESTED) {
    const change = changes[field]
    if (change && current[field]) Object.assign(merged, { [field]: { ...current[field], ...change } })
  }
  return merged
}
