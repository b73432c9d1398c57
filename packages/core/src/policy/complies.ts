import type { FieldError } from '../errors.ts'
import type { Json } from '../json.ts'
import { say } from '../language/say.ts'
import { dangerOf } from '../overrides/dangerous-variable.ts'
import { runsProgram } from '../program-text.ts'
import type { PolicyMachine } from './machine.ts'
import { isAllowedText, isDeniedText } from './pattern.ts'
import type { AllowedCommand, Policy, PolicyLimits } from './rules.ts'
import { commandOf, commandPath, type PolicySubject } from './subject.ts'

/** What of a rule a task breaks. */
export type ViolationCode =
  | 'type'
  | 'interpreter'
  | 'run_as'
  | 'working_dir'
  | 'limit'
  | 'network'
  | 'command'
  | 'argument'
  | 'variable'

/** A rule that a task breaks, at the field of its document that breaks it. */
export interface Violation extends FieldError {
  code: ViolationCode
  /** The policy that says so. */
  policy: string
}

type Found = Omit<Violation, 'policy'>

/**
 * What a task breaks of the policies that hold for it; empty when it complies. All of them must be met, so that each
 * policy that is added takes something away, and none gives anything back.
 */
export function violationsOf(task: PolicySubject, policies: readonly Policy[], machine: PolicyMachine): Violation[] {
  const runAs = runAsOf(task, policies)
  return policies.flatMap((policy) =>
    [
      ...typeProblems(task, policy),
      ...interpreterProblems(task, policy, machine),
      ...userProblems(task, policy, { runAs, machine }),
      ...directoryProblems(task, policy, machine),
      ...limitProblems(task, policy),
      ...networkProblems(task, policy, machine),
      ...commandProblems(task, policy),
      ...variableProblems(task, policy),
    ].map((found) => ({ ...found, policy: policy.name })),
  )
}

/** Whom a task runs as: the user it names, else the first that a policy gives, by the policies' names; null for none. */
export function runAsOf({ type, run_as }: PolicySubject, policies: readonly Policy[]): string | null {
  if (run_as !== null || !runsProgram(type)) return run_as
  const giving = policies.filter(({ rules }) => rules.run_as.default !== null)
  return giving.sort((a, b) => (a.name < b.name ? -1 : 1))[0]?.rules.run_as.default ?? null
}

function typeProblems({ type }: PolicySubject, { name, rules: { types } }: Policy): Found[] {
  if (types === null || types.includes(type)) return []
  const message = say`is ${JSON.stringify(type)}, which the policy ${name} does not allow here; it allows ${listed(types)}.`
  return [{ path: 'type', code: 'type', message }]
}

function interpreterProblems(
  { type, payload }: PolicySubject,
  { name, rules: { interpreters } }: Policy,
  machine: PolicyMachine,
): Found[] {
  const interpreter = interpreters === null ? null : machine.interpreter(type, payload)
  if (interpreters === null || interpreter === null) return []
  const { path } = interpreter
  if (path !== null && interpreters.some((allowed) => machine.locate(allowed) === path)) return []
  const message = say`runs by ${interpreter.name}, which the policy ${name} does not allow here; it allows ${listed(interpreters)}.`
  return [{ path: type === 'script' ? 'interpreter' : 'type', code: 'interpreter', message }]
}

function userProblems(
  { type }: PolicySubject,
  { name, rules: { run_as: rule } }: Policy,
  { runAs, machine }: { runAs: string | null; machine: PolicyMachine },
): Found[] {
  if (!runsProgram(type)) return []
  const problem = (message: string): Found[] => [{ path: 'run_as', code: 'run_as', message }]
  if (rule.users !== null && (runAs === null || !rule.users.includes(runAs))) {
    return problem(
      runAs === null
        ? say`must name a user: the policy ${name} allows ${listed(rule.users)}.`
        : say`is ${JSON.stringify(runAs)}, whom the policy ${name} does not allow here; it allows ${listed(rule.users)}.`,
    )
  }
  if (rule.not_server && machine.isServerUser(runAs)) {
    return problem(say`must name another user than the server’s own: the policy ${name} asks for that.`)
  }
  return []
}

function directoryProblems(
  { type, working_dir }: PolicySubject,
  { name, rules: { working_dirs } }: Policy,
  machine: PolicyMachine,
): Found[] {
  if (working_dirs === null || !runsProgram(type)) return []
  const problem = (message: string): Found[] => [{ path: 'working_dir', code: 'working_dir', message }]
  if (working_dir === null) {
    return problem(say`must be given: the policy ${name} allows ${listed(working_dirs)} and what is below.`)
  }
  const real = machine.directory(working_dir)
  if (working_dirs.some((root) => isBelow(real, machine.directory(root)))) return []
  return problem(
    say`leads to ${real}, which is not in a directory that the policy ${name} allows (${listed(working_dirs)}).`,
  )
}

/** Both absolute, and without links. */
const isBelow = (path: string, root: string) => path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)

const LIMIT_PATHS: Record<keyof PolicyLimits, string> = {
  timeout_seconds: 'timeout_seconds',
  memory_bytes: 'limits.memory_bytes',
  cpus: 'limits.cpus',
  processes: 'limits.processes',
  open_files: 'limits.open_files',
  max_attempts: 'retry.max_attempts',
  max_concurrent: 'concurrency.max',
}

/** What a task says nothing of is held to the limit when it starts, and breaks nothing. */
function limitProblems(task: PolicySubject, { name, rules: { limits } }: Policy): Found[] {
  const wanted: Record<keyof PolicyLimits, number | null> = {
    timeout_seconds: task.timeout_seconds,
    memory_bytes: task.limits?.memory_bytes ?? null,
    cpus: task.limits?.cpus ?? null,
    processes: task.limits?.processes ?? null,
    open_files: task.limits?.open_files ?? null,
    max_attempts: task.max_attempts,
    max_concurrent: task.max_concurrent,
  }
  return Object.entries(limits).flatMap(([key, most]: [string, number | null]) => {
    const value = wanted[key as keyof PolicyLimits]
    if (most === null || value === null || value <= most) return []
    const message = say`is ${value}; the policy ${name} allows at most ${most}.`
    return [{ path: LIMIT_PATHS[key as keyof PolicyLimits], code: 'limit' as const, message }]
  })
}

function networkProblems(
  { type, payload }: PolicySubject,
  { name, rules: { network } }: Policy,
  machine: PolicyMachine,
): Found[] {
  const host = type === 'http' ? hostOf(payload) : null
  const problem = host === null ? null : machine.hostProblem(network, host)
  if (problem === null) return []
  return [{ path: 'http.url', code: 'network', message: say`${problem} The policy ${name} says so.` }]
}

/** The host of a request, as far as it stands in the task. What a name resolves to is judged when it is connected to. */
function hostOf({ http }: Readonly<Record<string, Json>>): string | null {
  const url = typeof http === 'object' && http !== null && !Array.isArray(http) ? http.url : undefined
  const hostname = typeof url === 'string' ? hostIn(url) : null
  return hostname === null || hostname === '' ? null : hostname.replace(/^\[|\]$/g, '')
}

function hostIn(url: string): string | null {
  const rest = /^https?:\/\/(?:[^/?#@]{0,2000}@)?(\[[0-9a-f:.]{2,50}\]|[^/?#:@]{1,300})/i.exec(url)
  return rest?.[1]?.toLowerCase() ?? null
}

function commandProblems(task: PolicySubject, { name, rules: { commands } }: Policy): Found[] {
  const { type, payload } = task
  const text = commandOf(type, payload)
  const path = commandPath(type)
  const denied = typeof text === 'string' && commands.deny.find(({ pattern }) => isDeniedText(pattern, text))
  if (denied)
    return [{ path, code: 'command', message: because(say`is refused by the policy ${name}.`, denied.reason) }]
  if (commands.allow === null || text === null) return []
  if (text === undefined) {
    const message = say`is ${JSON.stringify(type)}, which has no command that the policy ${name} could have in its list.`
    return [{ path: 'type', code: 'command', message }]
  }
  const entries = commands.allow.filter(({ command }) => isAllowedText(command, text))
  if (entries.length === 0) {
    return [{ path, code: 'command', message: say`is not in the list of commands that the policy ${name} allows.` }]
  }
  if (type === 'script' && (payload.interpreter ?? null) !== null) {
    const message = say`must be left to the #! line: the policy ${name} allows certain sources only.`
    return [{ path: 'interpreter', code: 'command', message }]
  }
  return entries.some((entry) => takes(entry, task.params.args)) ? [] : [argumentProblem(name)]
}

function argumentProblem(name: string): Found {
  return {
    path: 'params.args',
    code: 'argument',
    message: say`has arguments that the policy ${name} does not allow with this command.`,
  }
}

function takes({ args }: AllowedCommand, given: readonly Json[]): boolean {
  return given.every((value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return args.some((pattern) => isAllowedText(pattern, text))
  })
}

/** A variable that makes an interpreter run other code would make nothing of a list of interpreters or commands. */
function variableProblems({ type, env }: PolicySubject, { name, rules }: Policy): Found[] {
  if (!runsProgram(type) || (rules.interpreters === null && rules.commands.allow === null)) return []
  return Object.entries(env).flatMap(([variable, value]) => {
    if (dangerOf(variable, value) === null) return []
    const message = say`can make a program run other code, which the policy ${name} does not allow. Leave it out.`
    return [{ path: `env.${variable}`, code: 'variable' as const, message }]
  })
}

const because = (message: string, reason: string) => (reason === '' ? message : say`${message} Reason: ${reason}`)

const MOST_LISTED = 10
const listed = (all: readonly string[]) =>
  all.length === 0 ? say`none` : all.length > MOST_LISTED ? `${all.slice(0, MOST_LISTED).join(', ')} …` : all.join(', ')
