import type { DatabaseSync } from 'node:sqlite'
import {
  type Contender,
  type Decisions,
  isLimited,
  keysOf,
  type LimitsHeld,
  limitsOf,
  nothingHeld,
  ownsSlots,
  type Superseded,
  taskLimit,
} from '../decide.ts'
import { prepareAll, rows } from './statements.ts'

/** What giving a row's slots back needs. */
export type SlotHolder = Pick<Contender, 'taskSeq' | 'overlap' | 'keys'> & { admitted: number }

/** A row that asks for slots, with the schedule that a later occurrence may stand for it by. */
type Asking = Contender & { scheduleId: number | null }

/**
 * The limits in SQLite. Slots of a task are counted from its admitted rows; slots of a concurrency key have a counter.
 * All functions must be called inside a transaction.
 */
export function createLimits(db: DatabaseSync) {
  const sql = prepareAll(db, {
    block: 'block-execution',
    blockedBy: rows<Superseded>('blocked-by-limit'),
    counter: rows<{ max: number; held: number }>('concurrency-key'),
    followed: rows<object>('followed-execution'),
    freeKey: 'free-key',
    holders: rows<{ holder: number; inTurn: number }>('holders-of-slots'),
    nextLimit: rows<{ limit: string }>('next-blocking-limit'),
    promoteForKey: 'promote-for-key',
    promoteForTask: 'promote-for-task',
    takeSlots: 'take-slots',
  })

  function readTask(row: Asking & { taskSeq: number }, held: LimitsHeld) {
    const { taskSeq, overlap } = row
    if (!held.tasks.has(taskSeq)) held.tasks.set(taskSeq, sql.holders.all(taskSeq).length)
    if (overlap !== 'replace' || held.holders.has(taskSeq)) return
    const replaceable = sql.holders.all(taskSeq).filter(({ inTurn }) => inTurn === 0)
    held.holders.set(
      taskSeq,
      replaceable.map(({ holder }) => holder),
    )
    held.lines.set(taskSeq, sql.blockedBy.all(taskLimit(taskSeq)))
  }

  function read(row: Asking, now: number, held: LimitsHeld) {
    if (ownsSlots(row)) readTask(row, held)
    for (const key of keysOf(row)) {
      const counter = held.keys.has(key) ? undefined : sql.counter.get(key)
      if (counter !== undefined) held.keys.set(key, counter)
    }
    const isLate = row.mergeAfter !== null && row.mergeAfter < now
    if (isLate && sql.followed.get(row.scheduleId, row.dueAt, now) !== undefined) held.followed.add(row.seq)
  }

  function promote(limit: string): boolean {
    const line = limit.startsWith('task:') ? sql.promoteForTask : sql.promoteForKey
    return line.run(limit).changes === 1
  }

  return {
    /** What is held of the limits that some rows meet. */
    heldFor(asking: readonly Asking[], now: number): LimitsHeld {
      const held = nothingHeld()
      for (const row of asking) if (isLimited(row) && row.runAt <= now) read(row, now, held)
      return held
    },

    /**
     * Writes what decisions mean for the limits and for those who wait for them. Answers whether somebody who waited may
     * go on.
     */
    follow({ blocked, taken, chances }: Decisions<Contender>): boolean {
      for (const { row, limit } of blocked) sql.block.run(row.seq, limit)
      for (const [key, count] of taken) sql.takeSlots.run(key, count)
      let isFreed = false
      for (const [limit, count] of chances) {
        for (let chance = 0; chance < count && promote(limit); chance++) isFreed = true
      }
      return isFreed
    },

    /** Gives back what a row holds and lets the next in each line try. Answers whether somebody could be waiting. */
    release(row: SlotHolder): boolean {
      if (row.admitted) for (const key of keysOf(row)) sql.freeKey.run(key)
      let isFreed = false
      for (const limit of limitsOf(row)) if (promote(limit)) isFreed = true
      return isFreed
    },

    /** Lets the first rows of a line try, so many at most; answers how many do. */
    promote(limit: string, most: number): number {
      let moved = 0
      while (moved < most && promote(limit)) moved++
      return moved
    },

    /** Lets the head of every line try once: the safety net for limits that were raised. Answers how many do. */
    nudge(): number {
      let moved = 0
      let next = sql.nextLimit.get('')
      while (next) {
        if (promote(next.limit)) moved++
        next = sql.nextLimit.get(next.limit)
      }
      return moved
    },
  }
}
