import { maskTask, type TaskInput, tidyTask } from '@rota/core'

type Entries = Record<string, unknown>

/** Stands in the place of a secret that is another one after the change. */
const CHANGED = '*** (changed)'

/**
 * Both documents of a change as they are shown to whoever decides: without secrets, but so that one can see which of them
 * would change, and without what is usual.
 */
export function maskedChange(
  before: TaskInput | null,
  after: TaskInput | null,
): { before: Partial<TaskInput> | null; after: Partial<TaskInput> | null } {
  const masked = { before: before && maskTask(before), after: after && maskTask(after) }
  if (before !== null && after !== null) mark([before, masked.before], [after, masked.after])
  return { before: masked.before && tidyTask(masked.before), after: masked.after && tidyTask(masked.after) }
}

/** Of each side the document as it is, and as it is shown. What `maskTask` leaves alone is shared and the same. */
function mark([old, oldShown]: [unknown, unknown], [next, nextShown]: [unknown, unknown]): void {
  if (!isEntries(next) || !isEntries(nextShown) || next === nextShown) return
  for (const key of Object.keys(nextShown)) {
    const was = isEntries(old) ? old[key] : undefined
    const wasShown = isEntries(oldShown) ? oldShown[key] : undefined
    if (isEntries(nextShown[key])) mark([was, wasShown], [next[key], nextShown[key]])
    else if (nextShown[key] !== next[key] && was !== undefined && was !== next[key]) nextShown[key] = CHANGED
  }
}

const isEntries = (value: unknown): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
