import type { Clock, ExecutionDefaults } from '@rota/core'
import type { Limits } from '../planning/limits.ts'
import { planSchedule } from '../planning/plan.ts'
import { createRuleCache, type Rule } from '../planning/rule.ts'
import type { DueSchedule, ExecutionStore, PlannedSchedule } from '../ports/executions.ts'
import type { Answered, TaskStore } from '../ports/tasks.ts'
import { createLoop, type Duty } from './loop.ts'
import { type Pulse, yieldToLoop } from './pulse.ts'
import type { Signals } from './signals.ts'

export interface PlannerOptions {
  clock: Clock
  executions: ExecutionStore
  tasks: TaskStore
  nextId: () => string
  limits: Limits
  defaults: ExecutionDefaults
  /** How far ahead of its instant an occurrence is written, in ms. */
  horizonMs: number
  /** How many running instances are longer at it. */
  standing: () => number
  priorityStepMs: number
  longestSleepMs: number
  pulse: Pulse
  /** `added`: executions just written. `addedFrom`: they were made ready, or may have been. */
  signals: Pick<Signals, 'added' | 'addedFrom'>
}

const BATCH = 1000
/** Cursors move together: one look every so often beats one for each. */
const SHORTEST_PAUSE_MS = 200
/** Each instance leaves this much to those before it, up to a share of the horizon. */
const POLITENESS_MS = 750
/** Most work is due at whole seconds: what is due later is not planned at one, when slots are asked for. */
const OFF_BEAT_MS = 375
const MOST_POLITENESS = 0.4

/**
 * Writes occurrences as executions shortly before they fall due, with the cursor of their schedule in one
 * transaction, so that each due instant is answered exactly once whatever dies. Of several instances each looks a little
 * less far ahead than those before it in the registry: the first plans everything, the second finds only what the first
 * did not come to, and nothing has to be handed over when one dies.
 */
export function createPlanner(options: PlannerOptions): Duty {
  const { clock, executions, tasks, horizonMs, pulse, signals } = options
  const rules = createRuleCache()
  const parked = new Set<number>()
  let closed = false

  async function loadRules(due: DueSchedule[]) {
    const missing = new Set(due.map((d) => d.ruleId).filter((id) => rules.get(id) === undefined))
    if (missing.size === 0) return
    for (const [id, body] of await tasks.ruleBodies([...missing])) {
      try {
        rules.set(id, body)
      } catch (error) {
        for (const d of due) if (d.ruleId === id) park(d, error)
      }
    }
  }

  function park(due: DueSchedule, error: unknown) {
    if (parked.has(due.scheduleId)) return
    parked.add(due.scheduleId)
    pulse.emit({ type: 'degraded', reason: `schedule ${due.scheduleId} cannot be planned: ${String(error)}` })
  }

  /** What is answered of those schedules whose cursor stands before an answer. */
  async function answersAhead(due: readonly DueSchedule[]): Promise<Map<number, Answered[]>> {
    const found = new Map<number, Answered[]>()
    for (const { scheduleId, taskSeq, nextDueAt, lastDueAt } of due) {
      if (lastDueAt === null || lastDueAt < nextDueAt) continue
      const answers = await tasks.answered(taskSeq, nextDueAt)
      found.set(
        scheduleId,
        answers.filter((answer) => answer.scheduleId === scheduleId),
      )
    }
    return found
  }

  function planOf(due: DueSchedule, now: number, until: number, answered?: readonly Answered[]): PlannedSchedule {
    const rule: Rule | undefined = rules.get(due.ruleId)
    if (rule) {
      const { priorityStepMs, nextId, limits } = options
      const defaultMax = options.defaults(due.taskType).max_concurrent
      return planSchedule(due, rule, { now, until, priorityStepMs, nextId, limits, defaultMax }, answered)
    }
    park(due, new Error(`rule ${due.ruleId} cannot be read`))
    return {
      scheduleId: due.scheduleId,
      taskVersion: due.taskVersion,
      expectedDueAt: due.nextDueAt,
      nextDueAt: null,
      lastDueAt: 0,
      executions: [],
      answers: [],
    }
  }

  async function step(): Promise<number> {
    const lessMs = options.standing() * POLITENESS_MS + OFF_BEAT_MS
    const aheadMs = horizonMs - Math.min(lessMs, horizonMs * MOST_POLITENESS)
    while (!closed) {
      const now = clock.now()
      const until = now + aheadMs
      const due = await executions.dueSchedules(until, BATCH)
      if (due.length > 0) {
        const began = clock.monotonic()
        await loadRules(due)
        const answered = await answersAhead(due)
        const plans = due.map((d) => planOf(d, now, until, answered.get(d.scheduleId)))
        await executions.plan(plans)
        const planned = plans.flatMap((plan) => plan.executions)
        pulse.batch('plan', planned.length, clock.monotonic() - began)
        if (planned.length > 0) signals.added.tell(planned)
      }
      const activated = await executions.activate(until, BATCH)
      if (activated > 0) signals.addedFrom.tell({ runAt: clock.now(), until })
      if (due.length < BATCH && activated < BATCH) break
      await yieldToLoop()
    }
    const next = await executions.nextInstants()
    const earliest = Math.min(next.dueAt ?? Number.POSITIVE_INFINITY, next.runAt ?? Number.POSITIVE_INFINITY)
    return Math.max(earliest - aheadMs - clock.now(), SHORTEST_PAUSE_MS)
  }

  const loop = createLoop({
    clock,
    step,
    onError(error, call) {
      // Only the answer may have been lost.
      signals.addedFrom.tell({ runAt: clock.now(), until: clock.now() + horizonMs })
      return pulse.storeFailed(error, call)
    },
    longestSleepMs: options.longestSleepMs,
  })
  return {
    ...loop,
    // Under lasting overload one step could go on for ever.
    stop() {
      closed = true
      return loop.stop()
    },
  }
}
