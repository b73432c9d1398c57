import type { DatabaseSync } from 'node:sqlite'
import { attemptsOf, ranMs } from '../../ports/attempts.ts'
import {
  type Claimed,
  type ClaimResult,
  claimedAtOnce,
  type DueSchedule,
  type ExecutionStore,
  type Finish,
  isFreeAtOnce,
  type Orphan,
  type Settlement,
} from '../../ports/executions.ts'
import { fencedText } from '../fenced-text.ts'
import { type Contender, createAdmission } from './admission.ts'
import { transaction } from './database.ts'
import { createExecutionInsert, stateFor } from './execution-insert.ts'
import { createRunNow } from './run-now.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll } from './statements.ts'

const NONE: ReadonlySet<number> = new Set()

type Candidate = Contender & Omit<Claimed, 'admitted'>
type LiveRow = Candidate & { admitted: number }
/** What giving a row's slots back needs. */
type SlotHolder = Pick<LiveRow, 'taskSeq' | 'overlap' | 'keys' | 'admitted'>

/** Live executions in SQLite. Statements are synchronous, so each call is one transaction without interleaving. */
export function createExecutionStore(db: DatabaseSync): ExecutionStore {
  const admission = createAdmission(db)
  const insert = createExecutionInsert(db)
  const journal = startJournalOf(db)
  const sql = prepareAll(db, {
    activate: 'activate-executions',
    admit: 'admit-execution',
    advance: 'advance-schedule',
    answer: 'insert-answer',
    byId: 'execution-by-id',
    claim: 'claim-execution',
    claimedRow: 'claimed-execution',
    claims: 'claims-of-instance',
    delete: 'delete-execution',
    due: 'due-schedules',
    fenced: 'fenced-execution',
    finish: 'finish-execution',
    fencedEnded: 'note-fenced-ended',
    fencedLive: 'note-fenced-live',
    forgetInstances: 'forget-instances',
    heartbeat: 'heartbeat',
    hold: 'hold-slots',
    instance: 'intern-instance',
    instants: 'next-instants',
    orphans: 'orphans',
    ready: 'ready-executions',
    recall: 'recall-key',
    remember: 'remember-key',
    requeue: 'requeue-execution',
    retry: 'retry-execution',
    setKey: 'set-key',
    start: 'start-execution',
  })

  const instanceSeqs = new Map<string, number>()
  function instanceSeq(id: string): number {
    let seq = instanceSeqs.get(id)
    if (seq === undefined) {
      seq = (sql.instance.get(id) as { seq: number }).seq
      instanceSeqs.set(id, seq)
    }
    return seq
  }

  /** Moves a live row to the history, unless it shall leave no trace. */
  function conclude(seq: number, end: Finish) {
    if (end.keep) {
      sql.finish.run(
        seq,
        end.status,
        end.failure,
        end.reason,
        end.startedAt,
        end.finishedAt,
        end.exitCode,
        end.error,
        end.output,
        end.result,
        end.cpuMs,
        end.maxRssBytes,
        end.droppedLogBytes,
      )
    }
    sql.delete.run(seq)
  }

  /** Ends a row and gives its slots back; answers whether somebody who waited may go on. */
  function finish(seq: number, row: SlotHolder, end: Finish): boolean {
    conclude(seq, end)
    return admission.release(row)
  }

  /** Decides for each row whether it may start, and writes what follows from that. */
  function admitAll(rows: (Candidate | LiveRow)[], now: number, write: (row: Candidate, admitted: boolean) => void) {
    const result: ClaimResult = { claimed: [], skipped: [], replaced: [], more: false }
    for (const row of rows) {
      const decision = admission.decide(row, now)
      if ('promoted' in decision && decision.promoted) result.more = true
      if (decision.kind === 'admitted' || decision.kind === 'later') {
        write(row, decision.kind === 'admitted')
        result.claimed.push(claimedOf(row, decision.kind === 'admitted'))
      } else if (decision.kind === 'skip') {
        if (finish(row.seq, { ...row, admitted: 0 }, skippedEnd(decision.reason, now))) result.more = true
        result.skipped.push(row)
      } else {
        result.replaced.push(...decision.replaced)
        for (const old of decision.superseded) {
          // A later attempt belongs to an execution that has begun: it is not skipped but broken off.
          const end = skippedEnd('replaced', now)
          conclude(old.seq, old.attempt === 1 ? end : { ...end, status: 'cancelled' })
          result.skipped.push(old)
        }
      }
    }
    return result
  }

  function settleOne(settlement: Settlement, now: number, result: { fenced: number[]; freed: boolean }) {
    const { seq } = settlement
    const row = sql.fenced.get(seq, settlement.claimSeq) as SlotHolder | undefined
    if (row === undefined) {
      result.fenced.push(seq)
      return
    }
    if (settlement.kind === 'finish') {
      if (finish(seq, row, settlement)) result.freed = true
      return
    }
    if (settlement.kind === 'retry') {
      const { runAt, rank, attempts } = settlement
      const earlierMs = ranMs(attemptsOf(attempts))
      sql.retry.run(seq, stateFor(runAt, now), runAt, rank, attempts, settlement.died ? 1 : 0, earlierMs)
    } else sql.requeue.run(seq, settlement.died ? 1 : 0)
    if (admission.release(row)) result.freed = true
  }

  return {
    async dueSchedules(until, limit) {
      return sql.due.all(until, limit) as unknown as DueSchedule[]
    },

    async plan(plans) {
      return transaction(db, () => {
        const outrun: number[] = []
        for (const plan of plans) {
          const { scheduleId, expectedDueAt, nextDueAt, lastDueAt, taskVersion } = plan
          const count = plan.executions.length
          const moved = sql.advance.run(scheduleId, expectedDueAt, nextDueAt, lastDueAt, count, taskVersion)
          if (moved.changes === 0) {
            outrun.push(plan.scheduleId)
            continue
          }
          for (const row of plan.executions) insert(row, row.createdAt)
          for (const a of plan.answers) {
            sql.answer.run(
              a.id,
              a.tenantId,
              a.taskSeq,
              a.taskVersion,
              a.scheduleId,
              a.reason,
              a.dueAt,
              a.coversFrom,
              a.coversCount,
              a.at,
            )
          }
        }
        return outrun
      })
    },

    async enqueue(rows, { now, keys, idempotency, claimFor }) {
      const instance = claimFor === undefined ? null : instanceSeq(claimFor)
      const { begun, ...added } = transaction(db, () => {
        if (idempotency) {
          const { scope, key } = idempotency
          if (sql.remember.run(scope, key, rows[0]!.id, now).changes === 0) {
            const { resultId } = sql.recall.get(scope, key) as { resultId: string }
            return { earlier: resultId, claimed: [], begun: [] }
          }
        }
        for (const { key, max } of keys ?? []) sql.setKey.run(key, max)
        const claimed: Claimed[] = []
        for (const row of rows) {
          const seq = insert(row, now)
          if (instance === null || !isFreeAtOnce(row, now)) continue
          sql.claim.run(seq, instance, 1)
          claimed.push(claimedAtOnce(row, seq))
        }
        const begun = journal.keep(claimed.map(({ seq, claimSeq }) => ({ seq, claimSeq, startedAt: now })))
        return { earlier: null, claimed, begun }
      })
      journal.begun(begun)
      return added
    },

    runNow: createRunNow(db),

    async claim({ instanceId, now, until, limit }) {
      const instance = instanceSeq(instanceId)
      const rows = sql.ready.all(until, limit) as unknown as Candidate[]
      if (rows.length === 0) return { claimed: [], skipped: [], replaced: [], more: false }
      if (rows.some((row) => isLate(row, now))) journal.show()
      const result = transaction(db, () =>
        admitAll(rows, now, (row, admitted) => {
          sql.claim.run(row.seq, instance, admitted ? 1 : 0)
          row.claimSeq++
        }),
      )
      if (rows.length === limit) result.more = true
      return result
    },

    async admit(claimed, now, starting = NONE) {
      if (claimed.some((row) => isLate(row, now))) journal.show()
      return transaction(db, () => {
        const admitted: Claimed[] = []
        const rest: LiveRow[] = []
        for (const row of claimed) {
          const startsAt = starting.has(row.seq) ? now : null
          if (sql.admit.run(row.seq, row.claimSeq, now, startsAt).changes === 1) {
            admitted.push({ ...row, admitted: true })
            continue
          }
          const live = sql.claimedRow.get(row.seq, row.claimSeq) as LiveRow | undefined
          // An earlier call may have admitted it whose answer was lost.
          if (live?.admitted) {
            admitted.push(claimedOf(live, true))
            if (startsAt !== null) sql.start.run(row.seq, row.claimSeq, now)
          } else if (live) rest.push(live)
        }
        const result = admitAll(rest, now, (row, isIn) => {
          if (!isIn) return
          sql.hold.run(row.seq)
          if (starting.has(row.seq)) sql.start.run(row.seq, row.claimSeq, now)
        })
        result.claimed.push(...admitted)
        return result
      })
    },

    async markStarted(rows) {
      const begun = transaction(db, () => journal.keep(rows))
      journal.begun(begun)
      return begun.map((row) => row.seq)
    },

    async showStarted() {
      journal.show()
    },

    async markFenced(attempts) {
      transaction(db, () => {
        for (const it of attempts) {
          const text = fencedText(it)
          if (sql.fencedLive.run(it.id, text).changes === 0) sql.fencedEnded.run(it.id, text)
        }
      })
    },

    async settle(settlements, now) {
      const result = transaction(db, () => {
        const settled = { fenced: [] as number[], freed: false }
        for (const settlement of settlements) settleOne(settlement, now, settled)
        return settled
      })
      for (const settlement of settlements) journal.settled(settlement)
      return result
    },

    async cancelUnclaimed(ids, at, reason) {
      return transaction(db, () => {
        const cancelled: string[] = []
        const held: { id: string; seq: number; claimedBy: string }[] = []
        for (const id of ids) {
          const row = sql.byId.get(id) as (LiveRow & { claimedBy: string | null }) | undefined
          if (row === undefined) continue
          if (row.claimedBy !== null) {
            held.push({ id, seq: row.seq, claimedBy: row.claimedBy })
            continue
          }
          finish(row.seq, row, { ...skippedEnd(reason, at), status: 'cancelled' })
          cancelled.push(id)
        }
        return { cancelled, held }
      })
    },

    async activate(until, limit) {
      return Number(sql.activate.run(until, limit).changes)
    },

    async nextInstants() {
      return sql.instants.get() as { dueAt: number | null; runAt: number | null }
    },

    async lost(claims) {
      return claims.filter(({ seq, claimSeq }) => sql.fenced.get(seq, claimSeq) === undefined).map((claim) => claim.seq)
    },

    async claimsOf(instanceId) {
      return sql.claims.all(instanceId) as unknown as Pick<Claimed, 'seq' | 'claimSeq'>[]
    },

    async orphans({ now, limit, asker, after }) {
      journal.show()
      const rows = sql.orphans.all(now, limit, asker, after) as unknown as (LiveRow &
        Pick<Orphan, 'startedAt' | 'deaths'>)[]
      return rows.map((row) => {
        const { startedAt, deaths } = row
        return { ...claimedOf(row, row.admitted === 1), startedAt, deaths }
      })
    },

    async nudge() {
      return transaction(db, () => admission.nudge())
    },

    async heartbeat(instance, leaseUntil) {
      transaction(db, () => {
        const { id, hostname, pid, version, startedAt, heartbeatAt, state, running, waiting } = instance
        const about = [id, hostname, pid, version, startedAt] as const
        sql.heartbeat.run(...about, heartbeatAt, leaseUntil, state, running, waiting)
        sql.forgetInstances.run(heartbeatAt - FORGET_INSTANCES_AFTER_MS)
      })
    },
  }

  function skippedEnd(reason: string | null, at: number): Finish {
    return {
      status: 'skipped',
      failure: null,
      reason,
      startedAt: null,
      finishedAt: at,
      exitCode: null,
      error: null,
      output: null,
      result: null,
      cpuMs: null,
      maxRssBytes: null,
      droppedLogBytes: 0,
      keep: true,
    }
  }
}

/** How long the registry remembers an instance that is gone, for people who ask what happened. */
const FORGET_INSTANCES_AFTER_MS = 86_400_000

/** Whether a later one of its schedule may stand for it, so that one has to know which of those have started. */
function isLate({ mergeAfter }: Pick<Claimed, 'mergeAfter'>, now: number): boolean {
  return mergeAfter !== null && mergeAfter < now
}

function claimedOf(row: Candidate, admitted: boolean): Claimed {
  return {
    seq: row.seq,
    claimSeq: row.claimSeq,
    id: row.id,
    taskSeq: row.taskSeq,
    taskVersion: row.taskVersion,
    trigger: row.trigger,
    dueAt: row.dueAt,
    runAt: row.runAt,
    rank: row.rank,
    priority: row.priority,
    attempt: row.attempt,
    createdAt: row.createdAt,
    admitted,
    scheduleId: row.scheduleId,
    job: row.job,
    attempts: row.attempts,
    coversFrom: row.coversFrom,
    skipAfter: row.skipAfter,
    mergeAfter: row.mergeAfter,
  }
}
