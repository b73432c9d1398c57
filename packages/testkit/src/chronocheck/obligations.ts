import { dueInstants } from './due-instants.ts'
import type { Definition, History, OracleSchedule, TaskFacts } from './history.ts'
import { allowedLateness, type Timeline } from './timeline.ts'

/**
 * `must` be answered; `may`, because a change was under way, or came too soon after; `idle`: may be answered, but not
 * run. What is none of these must not be.
 */
export type Obligation = 'must' | 'may' | 'idle'

/** What a change overtook may be answered by saying so. */
const PLANNED_AHEAD_MS = 10_000

/** What a task's due instants oblige to, in order. */
export function obligations(task: TaskFacts, history: History, timeline: Timeline): Map<number, Obligation> {
  const [first] = task.definitions
  if (first === undefined) return new Map()
  const possible = new Map<OracleSchedule, Set<number>>()
  for (const { schedule } of task.definitions) {
    if (schedule === null || possible.has(schedule)) continue
    const until = history.collectedAt + PLANNED_AHEAD_MS
    possible.set(schedule, new Set(dueInstants(schedule, first.since.from, until)))
  }
  const all = [...new Set([...possible.values()].flatMap((set) => [...set]))].sort((a, b) => a - b)
  const found = new Map<number, Obligation>()
  const inForceAt = (at: number) => definitionsAt(task.definitions, at, history.settlingMs)
  for (const due of all) {
    const inForce = inForceAt(due).filter(
      (definition) => definition?.schedule == null || possible.get(definition.schedule)!.has(due),
    )
    const isDue = inForce.map((definition) => definition?.schedule != null)
    if (!isDue.includes(true)) {
      const before = inForceAt(due - PLANNED_AHEAD_MS)
      if (before.some((definition) => definition?.schedule != null && possible.get(definition.schedule)!.has(due)))
        found.set(due, 'idle')
      continue
    }
    const isPaused = inForce.map((definition) => definition?.isPaused === true)
    const agree = inForce.length === inForceAt(due).length && !isDue.includes(false)
    if (agree && !isPaused.includes(false)) found.set(due, 'idle')
    // Planned already, and perhaps answered because its task was changed.
    else if (due > history.collectedAt) found.set(due, 'may')
    else if (agree && !isPaused.includes(true) && !changesSoon({ task, due, history, timeline })) found.set(due, 'must')
    else found.set(due, 'may')
  }
  return found
}

/** All that may be in force at an instant; null for before the first. */
function definitionsAt(definitions: readonly Definition[], at: number, settlingMs: number): (Definition | null)[] {
  let inForce: (Definition | null)[] = [null]
  for (const definition of definitions) {
    if (at < definition.since.from) break
    inForce = definition.isCertain && at > definition.since.to + settlingMs ? [definition] : [...inForce, definition]
  }
  return inForce
}

interface Case {
  task: TaskFacts
  due: number
  history: History
  timeline: Timeline
}

/** What had not started when the task was changed is not owed any more. */
function changesSoon({ task, due, history, timeline }: Case): boolean {
  const next = task.definitions.find(({ since }) => since.from > due)?.since.from
  return next !== undefined && next - due <= allowedLateness(history, timeline, { due, at: next })
}
