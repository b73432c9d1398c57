import {
  compactTask,
  DEPENDENCY,
  drawsFromKey,
  type ExecutionDefaults,
  effectiveExecution,
  type FieldError,
  findMasks,
  invalid,
  PAYLOAD_FIELDS,
  RotaError,
  readTask,
  say,
  secretProblems,
  TASK_POLICIES,
  type TaskDefinition,
  type TaskInput,
  typesOf,
  unmask,
  whyNeverFires,
} from '@rota/core'
import type { Executor } from '@rota/executors'
import { type Limits, namedKey } from '../../planning/limits.ts'
import { compileRule, isManual, type Rule, type RuleBody, ruleBodiesOf } from '../../planning/rule.ts'
import type { ScheduleChange, TaskRow } from '../../ports/tasks.ts'
import { payloadErrors } from '../payload-errors.ts'

export interface FormOptions {
  executors: ReadonlyMap<string, Executor>
  defaultTimezone: string
}

/** A checked task, ready to be stored. */
export interface TaskForm {
  definition: TaskDefinition
  stored: string
  rules: FormRule[]
}

/** One schedule of a form. */
interface FormRule {
  body: RuleBody
  rule: Rule
  /** Where it stands in the document. */
  path: string
  /** It was not there, or not so, before. */
  isNew: boolean
}

/** The task a form is made for. Instants are epoch ms. */
interface FormSubject {
  id: string
  createdAt: number
  /** When the form is checked: what can never fire from then on is refused. */
  now: number
  /** The task as it is, when it is being changed; what stays as it was is not judged anew. */
  before?: TaskDefinition
}

/** Checks a document in every respect. Throws `invalid` with all that is wrong. */
export async function checkForm(input: TaskInput, subject: FormSubject, options: FormOptions): Promise<TaskForm> {
  const definition = withHashKey(readTask(input, { defaultTimezone: options.defaultTimezone }), subject.before)
  const errors: FieldError[] = []
  const rules = checkSchedules(definition, subject, errors)
  errors.push(...(await checkPayload(definition, options.executors)))
  if (errors.length > 0) throw invalid(errors)
  return { definition, stored: compactTask(definition), rules }
}

/**
 * Values drawn from a key, and jitter, come from the name that the task has when the first of them appears, as its
 * preview showed; the key stays when the task is renamed. Tasks of earlier releases, without a key, go on drawing from
 * their id, and jitter from the number of the schedule.
 */
function withHashKey(task: TaskDefinition, before: TaskDefinition | undefined): TaskDefinition {
  const isHashed = ({ schedules }: TaskDefinition) => schedules.some(({ schedule }) => drawsFromKey(schedule))
  if (task.hash_key !== null || !(isHashed(task) || task.jitter_seconds > 0)) return task
  const isOld = before !== undefined && before.hash_key === null
  if (isOld && (isHashed(before) || (before.jitter_seconds > 0 && !isHashed(task)))) return task
  return { ...task, hash_key: task.name }
}

function checkSchedules(task: TaskDefinition, subject: FormSubject, errors: FieldError[]): FormRule[] {
  const { id, createdAt, before } = subject
  const bodies = ruleBodiesOf(task, id, createdAt)
  const known = new Set(before === undefined ? [] : ruleBodiesOf(before, id, createdAt).map(timingOf))
  checkDependencies(task, before, errors)
  // A zone is checked even where nothing falls due by it.
  if (bodies.length === 0 && task.timezone !== before?.timezone) checkZone(task, subject, errors)
  const paths = task.schedules.flatMap(({ schedule }, i) => (isManual(schedule) ? [] : [pathOf(task, i)]))
  const rules = bodies.flatMap((body, i) => {
    const isNew = !known.has(timingOf(body))
    const path = paths[i]!
    const rule = compileInto(body, { path, age: isNew ? 'new' : 'stored' }, errors)
    return rule ? [{ body, rule, path, isNew }] : []
  })
  if (errors.length === 0) errors.push(...neverFiring(rules, subject.now))
  const isEnabled = before !== undefined && !before.enabled && task.enabled
  if (errors.length === 0 && isEnabled) errors.push(...nothingLeft(rules, subject.now))
  return rules
}

function pathOf(task: TaskDefinition, index: number): string {
  return task.schedules.length === 1 ? 'schedule' : `schedules[${index}].schedule`
}

/** What decides when a rule is due. */
function timingOf({ schedule, timezone, gap, repeat, startAt, endAt }: RuleBody): string {
  return JSON.stringify([schedule, timezone, gap, repeat, startAt, endAt])
}

function checkDependencies(task: TaskDefinition, before: TaskDefinition | undefined, errors: FieldError[]): void {
  const isDependency = ({ schedule }: TaskDefinition['schedules'][number]) =>
    typeof schedule === 'object' && schedule.type === 'dependency'
  if (before?.schedules.some(isDependency)) return
  for (const [i, entry] of task.schedules.entries()) {
    if (!isDependency(entry)) continue
    errors.push({ path: `${pathOf(task, i)}.type`, message: DEPENDENCY, suggestion: 'none' })
  }
}

/** The new rules among these that have no occurrence from `now` on. */
export function neverFiring(rules: readonly FormRule[], now: number): FieldError[] {
  return rules.flatMap(({ body, rule, path, isNew }) => {
    const why = isNew ? whyNeverFires(rule.schedule, now, body) : null
    return why === null ? [] : [{ path, message: why }]
  })
}

/** Why a task that is enabled would do nothing: none of its rules has an occurrence left. */
function nothingLeft(rules: readonly FormRule[], now: number): FieldError[] {
  const reasons = rules.map(({ body, rule, path }) => ({ path, why: whyNeverFires(rule.schedule, now, body) }))
  const [first] = reasons
  if (first === undefined || reasons.some(({ why }) => why === null)) return []
  return [{ path: first.path, message: first.why! }]
}

function checkZone(task: TaskDefinition, { id, createdAt }: FormSubject, errors: FieldError[]): void {
  const manual = { ...task, end_at: null, schedules: [{ schedule: '* * * * *', timezone: null }] }
  compileInto(ruleBodiesOf(manual, id, createdAt)[0]!, { path: '', age: 'new' }, errors)
}

/** Rules are compiled from texts that many tasks share: those used last are kept. */
const MOST_COMPILED = 1_000
const compiled = new Map<string, Rule>()

function compileOnce(body: RuleBody, age: 'stored' | 'new'): Rule {
  const key = `${age} ${JSON.stringify(body)}`
  const rule = compiled.get(key) ?? compileRule(body, age)
  compiled.delete(key)
  compiled.set(key, rule)
  if (compiled.size > MOST_COMPILED) compiled.delete(compiled.keys().next().value!)
  return rule
}

function compileInto(
  body: RuleBody,
  { path, age }: { path: string; age: 'stored' | 'new' },
  errors: FieldError[],
): Rule | null {
  try {
    return compileOnce(body, age)
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
  return payloadErrors(executor, task)
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
export function keysOf({ concurrency }: TaskDefinition, tenantId: string | null): { key: string; max: number }[] {
  return concurrency.key === null ? [] : [{ key: namedKey(concurrency.key, tenantId), max: concurrency.key_max }]
}

/** The limits an execution of a task is under. */
export function slotsOf(
  task: TaskDefinition,
  tenantId: string | null,
  { limits, defaults }: { limits: Limits; defaults: ExecutionDefaults },
) {
  const { overlap, key } = task.concurrency
  const { max_concurrent: taskMax } = effectiveExecution(task, defaults)
  return { overlap, taskMax, keys: limits.keysFor(task.group, key, tenantId) }
}

/** The columns of a row that repeat parts of the definition, for filters. */
export function columnsOf(
  form: TaskForm,
): Pick<TaskRow, 'name' | 'group' | 'type' | 'tags' | 'enabled' | 'definition' | 'runAtStart'> {
  const { name, group, type, tags, enabled, run_at_start, run_at_boot } = form.definition
  const runAtStart = run_at_start || run_at_boot
  return { name, group, type, tags, enabled, definition: form.stored, runAtStart }
}

/**
 * Throws `invalid` for what somebody writes and would not get: masks in the place of secrets, references that can
 * mean none, and settings that have no effect on the type. What is stored already is not asked again.
 */
export function refuseVain(input: Partial<TaskInput>, type: string, executors: ReadonlyMap<string, Executor>): void {
  const errors = [...findMasks(input), ...secretProblems(input)]
  for (const field of PAYLOAD_FIELDS) {
    const types = typesOf(field)
    // Plug-in types read `payload`; of a type that nothing runs, the type is what is wrong.
    if (types.length === 0 || !executors.has(type) || input[field] === undefined || types.includes(type)) continue
    errors.push({ path: field, message: say`belongs to the type ${types.join(', ')}, not to ${type}. Leave it out.` })
  }
  errors.push(...(executors.get(type)?.checkSettings?.(input) ?? []))
  if (errors.length > 0) throw invalid(errors)
}

/** Lays changes over a document: given fields replace, the policies are merged field by field. */
export function applyChanges(
  current: TaskInput,
  changes: Partial<TaskInput>,
  executors: FormOptions['executors'],
): TaskInput {
  const base: TaskInput = { ...current }
  if (changes.type !== undefined && changes.type !== current.type)
    for (const field of PAYLOAD_FIELDS) delete base[field]
  // A new schedule takes the place of all the old ones, unless the others are named too.
  if (changes.schedule !== undefined || changes.schedules !== undefined) {
    delete base.schedule
    delete base.schedules
  }
  const meant = unmask(changes, current)
  refuseVain(meant, changes.type ?? current.type, executors)
  const merged: TaskInput = { ...base, ...meant }
  for (const field of TASK_POLICIES) {
    const change = changes[field]
    if (change && current[field]) Object.assign(merged, { [field]: { ...current[field], ...change } })
  }
  return merged
}
