import { runAsOf } from './complies.ts'
import type { NetworkRules, Policy, PolicyLimits } from './rules.ts'
import type { PolicySubject } from './subject.ts'

/** What one attempt may use at most. Null: no limit of ours. */
export interface AttemptLimits {
  memory_bytes: number | null
  cpus: number | null
  processes: number | null
  open_files: number | null
}

/** What policies make of an attempt that complies: what it says nothing of is held to what they allow. */
export interface AttemptBounds {
  runAs: string | null
  timeoutMs: number | null
  limits: AttemptLimits | null
  /** Of each policy that names directories, which; the working directory must lie in one of each. */
  workingDirs: readonly (readonly string[])[]
  /** Of each policy that says something of hosts, what; all of them must let a host be reached. */
  network: readonly NetworkRules[]
}

/** `timeoutMs`: what it would be without policies. */
export function boundsOf(task: PolicySubject, policies: readonly Policy[], timeoutMs: number | null): AttemptBounds {
  const { limits } = task
  const least = (key: keyof PolicyLimits, own: number | null) =>
    leastOf([own, ...policies.map(({ rules }) => rules.limits[key])])
  const seconds = least('timeout_seconds', timeoutMs === null ? null : timeoutMs / 1000)
  const bound: AttemptLimits = {
    memory_bytes: least('memory_bytes', limits?.memory_bytes ?? null),
    cpus: least('cpus', limits?.cpus ?? null),
    processes: least('processes', limits?.processes ?? null),
    open_files: least('open_files', limits?.open_files ?? null),
  }
  return {
    runAs: runAsOf(task, policies),
    timeoutMs: seconds === null ? null : seconds * 1000,
    limits: Object.values(bound).every((value) => value === null) ? null : bound,
    workingDirs: policies.flatMap(({ rules }) => (rules.working_dirs === null ? [] : [rules.working_dirs])),
    network: policies.flatMap(({ rules: { network } }) =>
      network.allow === null && network.deny.length === 0 ? [] : [network],
    ),
  }
}

function leastOf(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : Math.min(...given)
}
