/** How much earlier one step of priority moves an execution in the order of the ready ones, in milliseconds. */
export const DEFAULT_PRIORITY_STEP_MS = 60_000

/**
 * The place of an execution among the ready ones: lower starts first. Priority is a head start in time, so whatever
 * waits long enough comes first in the end: one step of priority outweighs one `stepMs` of waiting, and no more.
 */
export function rankOf(runAt: number, priority: number, stepMs: number): number {
  return runAt - priority * stepMs
}
