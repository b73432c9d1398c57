import type { Answered, ScheduleAnswer, ScheduleChange, ScheduleRow } from '../ports/tasks.ts'

/** What is less is what instances' clocks may differ by, or a time server corrects. */
const TOLERATED_MS = 10_000

/**
 * The first occurrence after an instant that no answer covers. `next`: the first occurrence after an instant;
 * `answered`: by their beginnings, ascending.
 */
export function nextUnanswered(
  next: (after: number) => number | null,
  after: number,
  answered: readonly Answered[],
): number | null {
  let at = next(after)
  for (const { from, to } of answered) {
    if (at === null) break
    if (at >= from && at <= to) at = next(to)
  }
  return at
}

/**
 * From where on a schedule's occurrences after `now` may lack an answer, and which of them have one. `plannedAt`: when
 * the answer was planned. Usually that is before now, and what lies between two answers is open: others have in hand
 * what is due next. What was planned later than now shows that the clock was set back: then all before it was answered
 * once, though history may have forgotten it.
 */
export function openFrom(
  now: number,
  answers: readonly ScheduleAnswer[],
): { after: number; ahead: readonly ScheduleAnswer[] } {
  const after = answers
    .filter(({ plannedAt }) => plannedAt > now + TOLERATED_MS)
    .reduce((latest, { to }) => Math.max(latest, to), now)
  return { after, ahead: answers.filter(({ to }) => to > after) }
}

/**
 * Where a changed schedule goes on: at its first occurrence after `now` that has no answer yet. `answers`: those of the
 * task that lie after now. `answeredTo`: the last of them, or now.
 */
export function cursorOf(
  { next }: Pick<ScheduleChange, 'next'>,
  { id, planned }: Pick<ScheduleRow, 'id' | 'planned'>,
  { now, answers }: { now: number; answers: readonly ScheduleAnswer[] },
): { cursor: number | null; answeredTo: number } {
  const own = answers.filter(({ scheduleId }) => scheduleId === id)
  const { after, ahead } = openFrom(now, own)
  const answeredTo = own.reduce((latest, { to }) => Math.max(latest, to), now)
  return { cursor: nextUnanswered((at) => next(at, planned), after, ahead), answeredTo }
}
