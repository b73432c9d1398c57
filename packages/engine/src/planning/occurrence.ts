import { jitterMs } from '@rota/core'
import type { NewExecution, SlotRule } from '../ports/executions.ts'
import type { Limits } from './limits.ts'
import { newExecution } from './new-execution.ts'
import type { Rule } from './rule.ts'

/** When an occurrence is to start: its due instant and what jitter adds. Jitter never carries it past the next one. */
export function jitteredAt(
  scheduleId: number,
  { jitterMs: mostMs, jitterKey, schedule }: Pick<Rule, 'jitterMs' | 'jitterKey' | 'schedule'>,
  dueAt: number,
): number {
  if (mostMs === 0) return dueAt
  return dueAt + jitterBefore(jitterKey ?? String(scheduleId), { mostMs, dueAt, next: schedule.next(dueAt) })
}

/** What jitter adds to an occurrence that is followed by another at `next`, or by none. */
export function jitterBefore(
  key: string,
  { mostMs, dueAt, next }: { mostMs: number; dueAt: number; next: number | null },
): number {
  const room = next === null ? mostMs : Math.min(mostMs, next - dueAt - 1)
  return jitterMs(key, dueAt, room)
}

/** Whose occurrences they are. */
export interface Owner {
  tenantId: string | null
  taskSeq: number
  taskVersion: number
  scheduleId: number
}

export interface OccurrenceOptions {
  now: number
  nextId: () => string
  limits: Limits
  priorityStepMs: number
  /** Executions at once of a task that leaves it to the server. */
  defaultMax: number
}

/** An occurrence as an execution that starts at its jittered instant, or is a misfire when it could not for too long. */
export function occurrence(owner: Owner, rule: Rule, dueAt: number, options: OccurrenceOptions): NewExecution {
  return made(owner, rule, { dueAt, overlap: rule.overlap }, options)
}

/**
 * The `turn`th of several occurrences that are made up after their instant. They run one after the other, however the
 * task's executions may overlap, because it is not their doing that they come together: each waits for its turn, and is
 * neither skipped nor replaced for those before it or after it. Where executions may overlap they are spread instead.
 * `spread`: they start so far apart at least, rather than as soon as they can.
 */
export function madeUp(
  owner: Owner,
  rule: Rule,
  { dueAt, turn, isSpread, isAsked }: { dueAt: number; turn: number; isSpread: boolean; isAsked: boolean },
  options: OccurrenceOptions,
): NewExecution {
  const overlap = rule.overlap === 'allow' ? 'allow' : 'in_turn'
  const startAt = options.now + (isSpread ? turn * spreadMs(rule) : 0)
  const runAt = isSpread ? startAt : Math.min(startAt, jitteredAt(owner.scheduleId, rule, dueAt))
  const row = made(owner, rule, { dueAt, overlap, runAt, rankedAt: startAt + turn }, options)
  // What somebody asked for is never too late.
  return isAsked ? { ...row, skipAfter: null, mergeAfter: null } : row
}

/** How far apart made-up occurrences start where the task says nothing, and they do not wait for each other. */
const USUAL_SPREAD_MS = 1000

function spreadMs({ misfire, overlap }: Rule): number {
  return misfire.spread_seconds * 1000 || (overlap === 'allow' ? USUAL_SPREAD_MS : 0)
}

function made(
  { scheduleId, ...owner }: Owner,
  rule: Rule,
  at: { dueAt: number; overlap: SlotRule; runAt?: number; rankedAt?: number },
  { now, nextId, limits, priorityStepMs, defaultMax }: OccurrenceOptions,
): NewExecution {
  const { priority, misfire } = rule
  const startAt = jitteredAt(scheduleId, rule, at.dueAt)
  const lateAt = startAt + misfire.grace_seconds * 1000
  return newExecution(
    {
      ...owner,
      scheduleId,
      id: nextId(),
      trigger: 'schedule',
      createdAt: now,
      priority,
      taskMax: rule.inheritsMax ? defaultMax : rule.taskMax,
      keys: limits.keysFor(rule.group, rule.key, owner.tenantId),
      jitterMs: startAt - at.dueAt || null,
      skipAfter: misfire.policy === 'skip' ? lateAt : null,
      mergeAfter: misfire.policy === 'run_once' ? lateAt : null,
      runAt: startAt,
      ...at,
    },
    priorityStepMs,
  )
}
