import { type FieldError, invalid, RotaError } from '../errors.ts'
import type { Json } from '../json.ts'
import { say } from '../language/say.ts'
import type { TaskDefinition } from '../task.ts'
import { addTo, checkField } from '../task-fields/check.ts'
import { TASK_FIELDS } from '../task-fields/table.ts'
import { checkEnv } from '../task-rules.ts'
import { dangerOf } from './dangerous-variable.ts'

/** What one run may set beside what the task says. */
export interface RunOverrides {
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
  env?: Record<string, string>
  priority?: number
}

/** On whose behalf a run is asked for, and what for. */
export interface OverrideRules {
  /** May change the task itself. Whoever may only execute sets what the task declares, and nothing else. */
  mayEdit: boolean
  /** Why a caller without `mayEdit` may set no arguments of this task; null when they may. */
  argsProblem: string | null
}

type Task = Pick<TaskDefinition, 'params' | 'env' | 'priority'>

/**
 * Decides whether a run may set what it wants to. Without `mayEdit`: the names that stand in the task's
 * `params.kwargs` and `env`, as many positional arguments as its `params.args` has, and nothing else. For everybody:
 * no variable that an interpreter, a loader or Rota itself reads; who may edit writes it into the task, where it is
 * seen and kept. What says the same as the task is no override.
 *
 * Every way in which a run gets input goes through here: by hand, again, by the API, from another task or from outside.
 * Throws `forbidden` with one entry per field that the caller may not set, `invalid` for what nobody may.
 */
export function checkOverrides(task: Task, overrides: RunOverrides, rules: OverrideRules): void {
  const env = overrides.env ?? {}
  const beyond = rules.mayEdit ? [] : [...undeclared(task, overrides), ...argsBeyond(task, overrides, rules)]
  const wrong: FieldError[] = []
  checkEnv({ ...task.env, ...env }, (path, message) => wrong.push({ path, message }))
  checkGiven(overrides, wrong)
  for (const [name, value] of changed(env, task.env)) {
    if (value.includes('\0')) wrong.push({ path: `env.${name}`, message: say`contains a NUL character. Remove it.` })
    const danger = dangerOf(name, value)
    if (danger !== null) wrong.push({ path: `env.${name}`, message: danger })
  }
  if (beyond.length > 0) {
    const { path, message } = beyond[0]!
    throw new RotaError('forbidden', say`${path}: ${message}`, [...beyond, ...wrong])
  }
  if (wrong.length > 0) throw invalid(wrong)
}

/** Parameters and priority have the bounds of a task's own. */
function checkGiven({ params, priority }: RunOverrides, wrong: FieldError[]): void {
  const add = addTo(wrong)
  if (params !== undefined) checkField(params, TASK_FIELDS.params, 'params', add)
  if (priority !== undefined) checkField(priority, TASK_FIELDS.priority, 'priority', add)
}

/** Entries that differ from what is usual. */
function changed<T>(given: Record<string, T>, usual: Record<string, T>): [string, T][] {
  const isSame = (name: string, value: T) => Object.hasOwn(usual, name) && same(usual[name] as Json, value as Json)
  return Object.entries(given).filter(([name, value]) => !isSame(name, value))
}

const same = (a: Json, b: Json) => JSON.stringify(a) === JSON.stringify(b)

function undeclared(task: Task, { params, env = {}, priority }: RunOverrides): FieldError[] {
  const errors: FieldError[] = []
  for (const name of Object.keys(params?.kwargs ?? {})) {
    if (Object.hasOwn(task.params.kwargs, name)) continue
    errors.push({
      path: `params.kwargs.${name}`,
      message: notDeclared(Object.keys(task.params.kwargs), 'params.kwargs'),
    })
  }
  for (const name of Object.keys(env)) {
    if (Object.hasOwn(task.env, name)) continue
    errors.push({ path: `env.${name}`, message: notDeclared(Object.keys(task.env), 'env') })
  }
  if (priority !== undefined && priority !== task.priority) {
    errors.push({ path: 'priority', message: say`is the task's own: setting another needs the permission "edit".` })
  }
  return errors
}

function notDeclared(declared: readonly string[], field: string): string {
  return declared.length === 0
    ? say`is not declared by the task, which has no ${field}. Setting it needs the permission "edit".`
    : say`is not declared by the task, whose ${field} has ${declared.slice(0, 20).join(', ')}. Setting it needs the permission "edit".`
}

function argsBeyond(task: Task, { params }: RunOverrides, { argsProblem }: OverrideRules): FieldError[] {
  const args = params?.args
  const usual = task.params.args
  if (args === undefined || same(args, usual)) return []
  if (args.length > usual.length) {
    const message = say`has ${args.length} entries, but the task declares ${usual.length}. Setting more needs the permission "edit".`
    return [{ path: 'params.args', message }]
  }
  return argsProblem === null ? [] : [{ path: 'params.args', message: argsProblem }]
}
