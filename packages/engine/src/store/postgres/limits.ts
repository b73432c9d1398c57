import {
  type Contender,
  keysOf,
  type LimitsHeld,
  limitsOf,
  nothingHeld,
  ownsSlots,
  type Superseded,
  taskLimit,
} from '../decide.ts'
import type { Session } from './database.ts'

type Limited = Pick<Contender, 'keys' | 'overlap' | 'taskSeq'>

/**
 * Locks every limit that some rows meet and answers what is held of each. The order is the same for everybody: live
 * rows first, then tasks, then keys, each ascending; whoever holds limits waits for no row any more. So decisions about
 * one limit follow one another, over all instances, and no wake-up falls between a decision and a release. `holders` is
 * what {@link lockTasks} has answered where the tasks are locked already.
 */
export async function lockLimits(
  tx: Session,
  rows: readonly Contender[],
  holders?: readonly Holder[],
): Promise<LimitsHeld> {
  const held = nothingHeld()
  noteHolders(holders ?? (await lockTasks(tx, tasksOf(rows), true)), held)
  for (const { key, ...counter } of await lockKeys(tx, rows)) held.keys.set(key, counter)
  await readLines(tx, rows, held)
  return held
}

/** Who holds a slot of a task. */
export interface Holder {
  taskSeq: number
  holder: number
  /** No newer one replaces it. */
  inTurn: boolean
}

/** Locks the slots of tasks and answers who holds them, if that `counts`. */
export async function lockTasks(tx: Session, tasks: number[], counts: boolean): Promise<Holder[]> {
  if (tasks.length === 0) return []
  // A statement of its own: it sees what those committed who had the locks before.
  const count = () => (counts ? tx.run<Holder>('count-admitted', [tasks]) : Promise.resolve([]))
  const locking = tx.run<{ taskSeq: number }>('lock-tasks', [tasks])
  const counting = count()
  const locked = await locking
  if (locked.length === tasks.length) return counting
  const known = new Set(locked.map((row) => row.taskSeq))
  const missing = tasks.filter((task) => !known.has(task))
  void tx.run('add-task-slots', [missing])
  void tx.run('lock-tasks', [missing])
  return count()
}

function lockKeys(tx: Session, rows: readonly Limited[]): Promise<{ key: string; max: number; held: number }[]> {
  const keys = [...new Set(rows.flatMap(keysOf))]
  return keys.length === 0 ? Promise.resolve([]) : tx.run('lock-keys', [keys])
}

/** The tasks whose slots some rows want, in the order in which they are locked. */
function tasksOf(rows: readonly Limited[]): number[] {
  return inOrder(rows.filter(ownsSlots).map((row) => row.taskSeq))
}

export const inOrder = (tasks: readonly number[]): number[] => [...new Set(tasks)].sort((a, b) => a - b)

function noteHolders(rows: readonly Holder[], held: LimitsHeld) {
  for (const { taskSeq, holder, inTurn } of rows) {
    held.tasks.set(taskSeq, (held.tasks.get(taskSeq) ?? 0) + 1)
    if (inTurn) continue
    const holders = held.holders.get(taskSeq)
    if (holders === undefined) held.holders.set(taskSeq, [holder])
    else holders.push(holder)
  }
}

/** Where rows replace: who waits for the slots of their tasks. */
async function readLines(tx: Session, rows: readonly Contender[], held: LimitsHeld) {
  const replacing = tasksOf(rows.filter((row) => row.overlap === 'replace'))
  if (replacing.length === 0) return
  for (const task of replacing) if (!held.holders.has(task)) held.holders.set(task, [])
  const waiting = await tx.run<Superseded & { taskSeq: number }>('lines-of-tasks', [replacing.map(taskLimit)])
  for (const row of waiting) held.lines.set(row.taskSeq, [...(held.lines.get(row.taskSeq) ?? []), row])
}

/**
 * Gives back the slots of rows that are gone or sent back, and lets the next in each line try; how many do is known when
 * the transaction is done.
 */
export async function releaseLimits(
  tx: Session,
  rows: readonly (Limited & { admitted: number })[],
): Promise<{ promoted: Promise<number> }> {
  const chances = new Map<string, number>()
  const freed = new Map<string, number>()
  for (const row of rows) {
    for (const limit of limitsOf(row)) chances.set(limit, (chances.get(limit) ?? 0) + 1)
    if (row.admitted === 1) for (const key of keysOf(row)) freed.set(key, (freed.get(key) ?? 0) - 1)
  }
  if (chances.size > 0) {
    await lockTasks(tx, tasksOf(rows), false)
    void lockKeys(tx, rows)
    changeKeys(tx, freed)
  }
  return { promoted: promote(tx, chances) }
}

/** Changes counters of locked keys. */
export function changeKeys(tx: Session, changes: ReadonlyMap<string, number>): void {
  if (changes.size > 0) void tx.run('change-keys', [[...changes.keys()], [...changes.values()]])
}

/** Makes the first rows of lines ready again, as far as there is room; answers how many. */
export function promote(session: Session, chances: ReadonlyMap<string, number>): Promise<number> {
  const tasks = [...chances].filter(([limit]) => limit.startsWith('task:'))
  const keys = [...chances].filter(([limit]) => !limit.startsWith('task:'))
  if (tasks.length + keys.length === 0) return Promise.resolve(0)
  const columns = [keys, tasks].flatMap((lines) => [lines.map(([limit]) => limit), lines.map(([, count]) => count)])
  const promoted = session.run<{ promoted: number }>('promote', columns).then(([row]) => row!.promoted)
  // Nobody may be left to hear of a failure but the transaction, which fails with it.
  promoted.catch(() => {})
  return promoted
}
