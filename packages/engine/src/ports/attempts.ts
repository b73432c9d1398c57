import type { AttemptView } from '@rota/core'

/** The attempts that a store keeps with an execution: those before the one it is at. Null: none. */
export function attemptsOf(stored: string | null): AttemptView[] {
  return stored === null ? [] : JSON.parse(stored)
}

/** How long attempts ran in all, in ms; one that never began took no time. */
export function ranMs(attempts: readonly AttemptView[]): number {
  let total = 0
  for (const { started_at: start, finished_at: end } of attempts) {
    if (start !== null) total += Math.max(0, Date.parse(end) - Date.parse(start))
  }
  return total
}

/** When the first attempt of an execution began, in epoch ms: `startedAt` is that of the one it is at. */
export function firstStartOf(attempts: readonly AttemptView[], startedAt: number | null): number | null {
  const first = attempts[0]?.started_at
  return first ? Date.parse(first) : startedAt
}
