import type { Held } from './hand.ts'

/**
 * Occurrences that wait here and may merge into a later one of their schedule when both have waited beyond their grace
 * time. Only those are noted that wait, or came too late: what starts at its instant costs nothing.
 */
export function createLateWaiters() {
  const bySchedule = new Map<number, Held[]>()

  return {
    note(held: Held): void {
      const { scheduleId, mergeAfter } = held.row
      if (scheduleId === null || mergeAfter === null) return
      held.isLateWaiter = true
      const others = bySchedule.get(scheduleId)
      if (others === undefined) bySchedule.set(scheduleId, [held])
      else if (!others.includes(held)) others.push(held)
    },
    /** It waits no longer. */
    forget(held: Held): void {
      if (!held.isLateWaiter) return
      held.isLateWaiter = false
      const scheduleId = held.row.scheduleId!
      const others = bySchedule.get(scheduleId)
      if (others === undefined) return
      const isAlone = others.length === 1 && others[0] === held
      const left = isAlone ? [] : others.filter((other) => other !== held && other.stage !== 'gone')
      if (left.length === 0) bySchedule.delete(scheduleId)
      else bySchedule.set(scheduleId, left)
    },
    /** Whether a later one waits beyond its grace time, too, and so stands for this one. */
    isFollowed({ row: { scheduleId, dueAt } }: Held, now: number): boolean {
      const others = scheduleId === null ? undefined : bySchedule.get(scheduleId)
      return others?.some(({ row, stage }) => stage !== 'gone' && row.dueAt > dueAt && row.mergeAfter! < now) ?? false
    },
  }
}
