/** What an execution of a task needs of limits, and how long one takes, in ms. */
export interface Claimant {
  /** What it does when its own limit is reached. */
  overlap: 'skip' | 'queue' | 'replace' | 'allow'
  /** Of the task itself; null for none. */
  own: Limit | null
  /** Those that it shares with others. */
  shared: readonly Limit[]
  takesMs: number
}

interface Limit {
  key: string
  max: number
}

/**
 * Until when each coming occurrence finds a limit taken, if everything takes as long as it usually does; null where it
 * does not. `coming` by time; `running` has begun; instants are epoch ms. A task whose limit makes it skip holds nothing
 * where it is skipped, one that replaces waits for nobody of its own.
 */
export function clashesOf(
  coming: readonly { taskId: string; at: number }[],
  running: readonly { taskId: string; startedAt: number }[],
  { now, of }: { now: number; of: (taskId: string) => Claimant | null },
): (number | null)[] {
  /** When each slot of a limit is free again; never more of them than it has. */
  const slots = new Map<string, number[]>()
  const slotsOf = (key: string) => slots.get(key) ?? slots.set(key, []).get(key)!
  const hold = (limits: readonly Limit[], until: number) => {
    for (const { key, max } of limits) take(slotsOf(key), max, until)
  }
  for (const { taskId, startedAt } of running) {
    const claimant = of(taskId)
    if (claimant !== null) hold(limitsOf(claimant), Math.max(now, startedAt + claimant.takesMs))
  }
  return coming.map(({ taskId, at }) => {
    const claimant = of(taskId)
    if (claimant === null) return null
    const { overlap, own, shared, takesMs } = claimant
    const freeAt = (limit: Limit) => freeFrom(slotsOf(limit.key), limit.max, at)
    const ownFree = own === null || overlap === 'replace' ? at : freeAt(own)
    if (overlap === 'skip' && ownFree > at) return ownFree
    const from = Math.max(ownFree, ...shared.map(freeAt))
    hold(limitsOf(claimant), from + takesMs)
    return from > at ? from : null
  })
}

function limitsOf({ own, shared }: Claimant): readonly Limit[] {
  return own === null ? shared : [own, ...shared]
}

function freeFrom(slots: readonly number[], max: number, at: number): number {
  return slots.length < max ? at : Math.max(at, slots[earliest(slots)]!)
}

/** Takes the slot that is free first. Of more that run than a limit has slots now, the last to end count. */
function take(slots: number[], max: number, until: number): void {
  if (slots.length < max) slots.push(until)
  else slots[earliest(slots)] = Math.max(until, slots[earliest(slots)]!)
}

function earliest(slots: readonly number[]): number {
  return slots.reduce((least, end, at) => (end < slots[least]! ? at : least), 0)
}
