import type { Session } from './database.ts'
import { type Contender, keysOf, type LimitsHeld, limitsOf, ownsSlots, type Superseded, taskLimit } from './decide.ts'

type Limited = Pick<Contender, 'keys' | 'overlap' | 'taskSeq'>

/**
 * Locks every limit that some rows meet and answers what is held of each. The order is the same for everybody: live
 * rows first, then tasks, then keys, each ascending; whoever holds limits waits for no row any more. So decisions about
 * one limit follow one another, over all instances, and no wake-up falls between a decision and a release.
 */
export async function lockLimits(tx: Session, rows: readonly Limited[]): Promise<LimitsHeld> {
  const tasks = [...new Set(rows.filter(ownsSlots).map((row) => row.taskSeq))].sort((a, b) => a - b)
  const keys = [...new Set(rows.flatMap(keysOf))]
  const held: LimitsHeld = { tasks: new Map(), keys: new Map(), lines: new Map(), holders: new Map() }
  if (tasks.length > 0) await lockTasks(tx, tasks)
  if (keys.length > 0) {
    const counters = await tx.run<{ key: string; max: number; held: number }>('lock-keys', [keys])
    for (const { key, ...counter } of counters) held.keys.set(key, counter)
  }
  return held
}

async function lockTasks(tx: Session, tasks: number[]) {
  const locked = await tx.run<{ taskSeq: number }>('lock-tasks', [tasks])
  if (locked.length === tasks.length) return
  const known = new Set(locked.map((row) => row.taskSeq))
  const missing = tasks.filter((task) => !known.has(task))
  await tx.run('add-task-slots', [missing])
  await tx.run('lock-tasks', [missing])
}

/** Adds to locked limits who holds the tasks' slots and, where rows replace, who waits for them. */
export async function readSlots(tx: Session, rows: readonly Contender[], held: LimitsHeld): Promise<void> {
  const limited = rows.filter(ownsSlots)
  if (limited.length === 0) return
  const tasks = [...new Set(limited.map((row) => row.taskSeq))]
  // A statement of its own: it sees what those committed who had the locks before.
  for (const { taskSeq, holder } of await tx.run<{ taskSeq: number; holder: number }>('count-admitted', [tasks])) {
    held.tasks.set(taskSeq, (held.tasks.get(taskSeq) ?? 0) + 1)
    const holders = held.holders.get(taskSeq)
    if (holders === undefined) held.holders.set(taskSeq, [holder])
    else holders.push(holder)
  }
  const replacing = [...new Set(limited.filter((row) => row.overlap === 'replace').map((row) => row.taskSeq))]
  if (replacing.length === 0) return
  for (const task of replacing) if (!held.holders.has(task)) held.holders.set(task, [])
  const waiting = await tx.run<Superseded & { taskSeq: number }>('lines-of-tasks', [replacing.map(taskLimit)])
  for (const row of waiting) held.lines.set(row.taskSeq, [...(held.lines.get(row.taskSeq) ?? []), row])
}

/** Gives back the slots of rows that are gone or sent back, and lets the next in each line try; answers how many do. */
export async function releaseLimits(tx: Session, rows: readonly (Limited & { admitted: number })[]): Promise<number> {
  const chances = new Map<string, number>()
  const freed = new Map<string, number>()
  for (const row of rows) {
    for (const limit of limitsOf(row)) chances.set(limit, (chances.get(limit) ?? 0) + 1)
    if (row.admitted === 1) for (const key of keysOf(row)) freed.set(key, (freed.get(key) ?? 0) - 1)
  }
  if (chances.size === 0) return 0
  await lockLimits(tx, rows)
  await changeKeys(tx, freed)
  return promote(tx, chances)
}

/** Changes counters of locked keys. */
export async function changeKeys(tx: Session, changes: ReadonlyMap<string, number>): Promise<void> {
  if (changes.size > 0) await tx.run('change-keys', [[...changes.keys()], [...changes.values()]])
}

/** Makes the first rows of lines ready again, as far as there is room; answers how many. */
export async function promote(session: Session, chances: ReadonlyMap<string, number>): Promise<number> {
  const tasks = [...chances].filter(([limit]) => limit.startsWith('task:'))
  const keys = [...chances].filter(([limit]) => !limit.startsWith('task:'))
  if (tasks.length + keys.length === 0) return 0
  const columns = [keys, tasks].flatMap((lines) => [lines.map(([limit]) => limit), lines.map(([, count]) => count)])
  const [row] = await session.run<{ promoted: number }>('promote', columns)
  return row!.promoted
}
