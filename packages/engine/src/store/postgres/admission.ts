import { say } from '@rota/core'
import type { Claimed, ClaimRequest, ClaimResult } from '../../ports/executions.ts'
import { claimedOf } from '../claimed-of.ts'
import { type Decisions, decide, endsOf } from '../decide.ts'
import { askToCancel } from './cancellations.ts'
import type { Database, Session } from './database.ts'

import type { LiveRow } from './execution-rows.ts'
import { changeKeys, type Holder, inOrder, lockLimits, lockTasks, promote } from './limits.ts'
import { tell } from './telling.ts'

/** A ready row that a claim has locked. `free`: it has no limit; `taken`: the claim's first statement has claimed it. */
type Candidate = LiveRow & { free: boolean; taken: boolean }

const LOWEST_RANK = Number.MIN_SAFE_INTEGER
const REPLACED = say`a newer execution of the task replaces it`

const nothing = (): ClaimResult => ({ claimed: [], happened: [], replaced: [], more: false })

/**
 * Claims ready rows. What has no limit takes one statement; what has one, and is due, is decided about while its limits
 * are locked. See {@link ExecutionStore.claim}.
 */
export async function claim(db: Database, request: ClaimRequest): Promise<ClaimResult> {
  const { instanceId, now, until, most, fromRank = LOWEST_RANK } = request
  const { result, promoted } = await db.transaction(async (tx) => {
    const rows = await tx.run<Candidate>('claim-executions', [until, most, now, instanceId, fromRank])
    const contended = rows.filter((row) => !row.taken)
    const { result, decisions } = await judge(tx, contended, now)
    if (decisions !== null) {
      const { admitted, blocked } = decisions
      const blockedSeqs = blocked.map(({ row }) => row.seq)
      const limits = blocked.map((it) => it.limit)
      void tx.run('settle-claim', [admitted.map((row) => row.seq), instanceId, blockedSeqs, limits])
    }
    const admitted = new Set(decisions?.admitted)
    for (const row of rows) {
      if (row.taken || admitted.has(row)) result.claimed.push(claimedOf(row, row.claimSeq + 1, row.free || !row.taken))
    }
    result.more = rows.length === most
    return { result, promoted: follow(tx, decisions, now) }
  })
  return finished(result, await promoted)
}

/** Asks again for the slots of claimed rows. See {@link ExecutionStore.admit}. */
export async function admit(
  db: Database,
  claimed: readonly Claimed[],
  { now, starting }: { now: number; starting: ReadonlySet<number> },
): Promise<ClaimResult> {
  if (claimed.length === 0) return nothing()
  const tasks = inOrder(claimed.flatMap((row) => row.taskSeq ?? []))
  const { result, promoted } = await db.transaction(async (tx) => {
    const fences = [claimed.map((row) => row.seq), claimed.map((row) => row.claimSeq)]
    // In one breath, for the instant has come. Some of the tasks may turn out to have no limit of their own.
    const [rows, holders] = await Promise.all([
      tx.run<LiveRow & { admitted: number }>('lock-claimed', fences),
      lockTasks(tx, tasks, true),
    ])
    // An earlier call may have admitted it whose answer was lost.
    const held = rows.filter((row) => row.admitted === 1)
    const asking = rows.filter((row) => row.admitted === 0).sort((a, b) => a.rank - b.rank)
    const { result, decisions } = await judge(tx, asking, now, holders)
    if (decisions !== null) {
      const { admitted, blocked } = decisions
      const blockedSeqs = blocked.map(({ row }) => row.seq)
      void tx.run('settle-admission', [admitted.map((row) => row.seq), blockedSeqs, blocked.map((it) => it.limit)])
      for (const row of decisions.later) result.claimed.push(claimedOf(row, row.claimSeq, false))
    }
    for (const row of [...(decisions?.admitted ?? []), ...held]) {
      result.claimed.push(claimedOf(row, row.claimSeq, true))
    }
    const started = result.claimed.filter((row) => row.admitted && starting.has(row.seq))
    if (started.length > 0) {
      const fences = [started.map((row) => row.seq), started.map((row) => row.claimSeq)]
      void tx.run('start-executions', [...fences, started.map(() => now)])
    }
    return { result, promoted: follow(tx, decisions, now) }
  })
  return finished(result, await promoted)
}

const finished = (result: ClaimResult, promoted: number) => ({ ...result, more: result.more || promoted > 0 })

/** Decides about locked rows while their limits are locked; no decisions when there are no rows. */
async function judge<Row extends LiveRow>(tx: Session, rows: Row[], now: number, holders?: Holder[]) {
  const result = nothing()
  if (rows.length === 0) return { result, decisions: null }
  const held = await lockLimits(tx, rows, holders)
  const late = rows.filter(({ mergeAfter }) => mergeAfter !== null && mergeAfter < now).map((row) => row.seq)
  // Few ever are.
  if (late.length > 0) {
    for (const { seq } of await tx.run<{ seq: number }>('followed-executions', [late, now])) held.followed.add(seq)
  }
  const decisions = decide(rows, now, held)
  result.replaced.push(...decisions.replaced)
  result.happened.push(...endsOf(decisions, now))
  await tell(tx, result.happened)
  return { result, decisions }
}

/** Writes what decisions mean for rows that end and for the limits; answers how many others may go on now. */
function follow<Row extends LiveRow>(tx: Session, decisions: Decisions<Row> | null, now: number): Promise<number> {
  if (decisions === null) return Promise.resolve(0)
  const { skipped, superseded, replaced, taken, chances } = decisions
  const ends = endsOf(decisions, now)
  if (ends.length > 0) {
    const seqs = [...skipped.map(({ row }) => row.seq), ...superseded.map((row) => row.seq)]
    void tx.run('end-unrun', [seqs, ends.map((end) => end.reason), ends.map((end) => end.status), now])
  }
  // Some of them may be in other instances' hands.
  askToCancel(tx, replaced, { reason: REPLACED, ifUnstarted: false, now })
  changeKeys(tx, taken)
  return promote(tx, chances)
}
