import type { DatabaseSync } from 'node:sqlite'
import type { SkipReason, Trigger } from '@rota/core'
import type { SlotRule } from '../../ports/executions.ts'
import { prepareAll } from './statements.ts'

/** What admission needs to know of a live row. */
export interface Contender {
  seq: number
  id: string
  taskSeq: number | null
  trigger: Trigger
  overlap: SlotRule
  taskMax: number
  keys: string | null
  attempt: number
  runAt: number
  dueAt: number
  scheduleId: number | null
  skipAfter: number | null
  mergeAfter: number | null
}

/**
 * `later`: not yet due, ask again then. The other three are final for this row. `promoted`: another row became ready by
 * this decision and should be asked about soon.
 */
export type Admission =
  | { kind: 'admitted'; promoted: boolean }
  | { kind: 'later' }
  | { kind: 'skip'; reason: SkipReason }
  | { kind: 'blocked'; replaced: number[]; superseded: Superseded[]; promoted: boolean }

interface Superseded {
  seq: number
  id: string
  taskSeq: number | null
  trigger: Trigger
  attempt: number
}

/**
 * Who may hold which slot. Slots of a task are counted from its admitted rows; slots of a concurrency key have a
 * counter. A row that finds a limit full leaves the ready order and is looked at again only when that limit has room,
 * so that any number of blocked rows costs the others nothing.
 *
 * All functions must be called inside a transaction.
 */
export function createAdmission(db: DatabaseSync) {
  const sql = prepareAll(db, {
    admittedOfTask: 'admitted-of-task',
    block: 'block-execution',
    blockedBy: 'blocked-by-limit',
    countAdmitted: 'count-admitted',
    followed: 'followed-execution',
    freeKey: 'free-key',
    nextLimit: 'next-blocking-limit',
    promoteForKey: 'promote-for-key',
    promoteForTask: 'promote-for-task',
    takeKey: 'take-key',
  })

  /** Takes every slot the row needs, or none; answers the limit that was full. */
  function takeSlots(row: Contender): string | null {
    if (row.overlap !== 'allow' && row.taskSeq !== null) {
      const { held } = sql.countAdmitted.get(row.taskSeq) as { held: number }
      if (held >= row.taskMax) return `task:${row.taskSeq}`
    }
    const taken: string[] = []
    for (const key of keysOf(row)) {
      if (sql.takeKey.run(key).changes === 1) {
        taken.push(key)
        continue
      }
      for (const other of taken) sql.freeKey.run(other)
      return key
    }
    return null
  }

  /** Why a row beyond its grace time does not run: what its misfire policy says, wherever it has waited. */
  function lateReason({ scheduleId, dueAt, skipAfter, mergeAfter }: Contender, now: number): SkipReason | null {
    if (skipAfter !== null && skipAfter < now) return 'misfire'
    if (mergeAfter === null || mergeAfter >= now) return null
    return sql.followed.get(scheduleId, dueAt, now) === undefined ? null : 'merged'
  }

  function promote(limit: string): boolean {
    const line = limit.startsWith('task:') ? sql.promoteForTask : sql.promoteForKey
    return line.run(limit).changes === 1
  }

  function block(row: Contender, limit: string): boolean {
    sql.block.run(row.seq, limit)
    // The row may have been promoted for a slot that it now leaves unused: the next in that line must get its chance.
    const promoted = promoteForKeys(row, limit)
    const line = `task:${row.taskSeq}`
    return row.overlap !== 'allow' && row.taskSeq !== null && limit !== line && promote(line) ? true : promoted
  }

  function promoteForKeys(row: Contender, except: string | null): boolean {
    let promoted = false
    for (const key of keysOf(row)) if (key !== except && promote(key)) promoted = true
    return promoted
  }

  return {
    /** Decides for one ready or claimed row. */
    decide(row: Contender, now: number): Admission {
      // A slot taken ahead of time would turn away who is due now.
      if (row.runAt > now && isLimited(row)) return { kind: 'later' }
      const late = isLimited(row) ? lateReason(row, now) : null
      if (late !== null) return { kind: 'skip', reason: late }
      const full = takeSlots(row)
      // A key whose limit was raised has room for more than the one that was promoted for it.
      if (full === null) return { kind: 'admitted', promoted: promoteForKeys(row, null) }
      const isTaskLimit = full.startsWith('task:')
      // A retry belongs to an execution that has begun; skipping it would leave that one without an end.
      if (isTaskLimit && row.overlap === 'skip' && row.attempt === 1) return { kind: 'skip', reason: 'overlap' }
      if (!isTaskLimit || row.overlap !== 'replace') {
        return { kind: 'blocked', replaced: [], superseded: [], promoted: block(row, full) }
      }
      const superseded = sql.blockedBy.all(full) as unknown as Superseded[]
      const replaced = (sql.admittedOfTask.all(row.taskSeq) as { seq: number }[]).map((r) => r.seq)
      return { kind: 'blocked', replaced, superseded, promoted: block(row, full) }
    },

    /** Gives back what a row holds and lets the next in each line try. Answers whether somebody could be waiting. */
    release(row: Pick<Contender, 'taskSeq' | 'overlap' | 'keys'> & { admitted: number }): boolean {
      let freed = false
      if (row.admitted) for (const key of keysOf(row)) sql.freeKey.run(key)
      for (const key of keysOf(row)) if (promote(key)) freed = true
      if (row.overlap !== 'allow' && row.taskSeq !== null && promote(`task:${row.taskSeq}`)) freed = true
      return freed
    },

    /** Lets the head of every line try once: the safety net for limits that were raised. Answers how many do. */
    nudge(): number {
      let moved = 0
      let row = sql.nextLimit.get('') as { limit: string } | undefined
      while (row) {
        if (promote(row.limit)) moved++
        row = sql.nextLimit.get(row.limit) as { limit: string } | undefined
      }
      return moved
    },
  }
}

function isLimited(row: Contender): boolean {
  return row.keys !== null || (row.overlap !== 'allow' && row.taskSeq !== null)
}

function keysOf(row: { keys: string | null }): string[] {
  return row.keys === null ? [] : (JSON.parse(row.keys) as string[])
}

export type AdmissionDesk = ReturnType<typeof createAdmission>
