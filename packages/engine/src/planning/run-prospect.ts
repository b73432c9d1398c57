import type { NewExecution, RunProspect, SlotRule } from '../ports/executions.ts'

/** An execution that holds a slot of a task, or is about to ask for one before a run that is asked for now. */
export interface Present {
  id: string
  overlap: SlotRule
  admitted: number
}

export interface KeyCounter {
  key: string
  max: number
  held: number
}

/** Of those that hold a limit so many are named. */
const MOST_NAMED = 20

/**
 * What becomes of a run that is asked for now, by the overlap policy of its task and the limits of its keys. `present`:
 * those that hold the task's slots first.
 */
export function prospectOf(
  row: Pick<NewExecution, 'overlap' | 'taskMax' | 'taskSeq'>,
  present: readonly Present[],
  keys: readonly KeyCounter[],
): Omit<RunProspect, 'earlier'> {
  const isFull = row.overlap !== 'allow' && present.length >= row.taskMax
  if (isFull) {
    const replaced = row.overlap === 'replace' ? present.filter(({ overlap }) => overlap !== 'in_turn') : []
    const lasting = present.filter((one) => !replaced.includes(one))
    return {
      isRefused: row.overlap === 'skip',
      replaces: replaced.map(({ id }) => id).slice(0, MOST_NAMED),
      waits: {
        limit: `task:${row.taskSeq}`,
        max: row.taskMax,
        holders: present
          .filter(({ admitted }) => admitted === 1 || row.overlap === 'skip')
          .map(({ id }) => id)
          .slice(0, MOST_NAMED),
        ahead: lasting.filter(({ admitted }) => admitted === 0).length,
      },
    }
  }
  const full = keys.find(({ max, held }) => held >= max)
  const waits = full === undefined ? null : { limit: full.key, max: full.max, holders: [], ahead: 0 }
  return { isRefused: false, replaces: [], waits }
}

/** A run that was promised is not skipped any more: whoever comes before it, it waits. */
export function promised(row: NewExecution): NewExecution {
  return row.overlap === 'skip' ? { ...row, overlap: 'in_turn' } : row
}
