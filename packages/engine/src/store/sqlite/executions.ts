import type { DatabaseSync } from 'node:sqlite'
import {
  type Claimed,
  claimedAtOnce,
  type DueSchedule,
  type ExecutionStore,
  isFreeAtOnce,
  type Orphan,
  UNSEEN,
} from '../../ports/executions.ts'
import type { Ended } from '../../ports/happenings.ts'
import { fencedText } from '../fenced-text.ts'
import { answeredOf, type Subject, unrunOf } from '../happened.ts'
import { createAdmission } from './admission.ts'
import { createAway } from './away.ts'
import { transaction } from './database.ts'
import { createAnswerInsert, createExecutionInsert } from './execution-insert.ts'
import { type Commit, commitAlone } from './group-commit.ts'
import { createInstanceNumbers } from './instance-numbers.ts'
import { createLimits, type SlotHolder } from './limits.ts'
import { outboxWriterOf } from './outbox-writer.ts'
import { createRunNow } from './run-now.ts'
import { createSettler } from './settlement.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll, rows as rowsOf } from './statements.ts'

const STATEMENTS = {
  activate: 'activate-executions',
  advance: 'advance-schedule',
  byId: rowsOf<Subject & SlotHolder & { seq: number; claimedBy: string | null }>('execution-by-id'),
  claim: 'claim-execution',
  claims: rowsOf<Pick<Claimed, 'seq' | 'claimSeq'>>('claims-of-instance'),
  due: rowsOf<DueSchedule>('due-schedules'),
  fenced: rowsOf<object>('fenced-execution'),
  fencedEnded: 'note-fenced-ended',
  fencedLive: 'note-fenced-live',
  forgetInstances: 'forget-instances',
  heartbeat: 'heartbeat',
  instants: rowsOf<{ dueAt: number | null; runAt: number | null }>('next-instants'),
  orphans: rowsOf<Omit<Orphan, 'admitted'> & { admitted: number }>('orphans'),
  recall: rowsOf<{ resultId: string }>('recall-key'),
  remember: 'remember-key',
  setKey: 'set-key',
} as const

/** Live executions in SQLite. Statements are synchronous, so each call is one transaction without interleaving. */
export function createExecutionStore(db: DatabaseSync, commit: Commit = commitAlone(db)): ExecutionStore {
  const limits = createLimits(db)
  const instances = createInstanceNumbers(db)
  const insert = createExecutionInsert(db)
  const insertAnswer = createAnswerInsert(db)
  const journal = startJournalOf(db)
  const outbox = outboxWriterOf(db)
  const settler = createSettler(db)
  const sql = prepareAll(db, STATEMENTS)

  function setKeys(keys: readonly { key: string; max: number }[]) {
    for (const { key, max } of keys) sql.setKey.run(key, max)
  }

  return {
    async dueSchedules(until, most) {
      return sql.due.all(until, most)
    },

    async plan(plans) {
      return transaction(db, () => {
        const outrun: number[] = []
        const happened: Ended[] = []
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
            insertAnswer(a)
            happened.push(answeredOf(a))
          }
        }
        outbox.keep(happened)
        return { outrun, happened }
      })
    },

    async enqueue(rows, { now, keys, idempotency, claimFor }) {
      const instance = claimFor === undefined ? null : instances.seqOf(claimFor)
      const { begun, ...added } = transaction(db, () => {
        if (idempotency) {
          const { scope, key } = idempotency
          if (sql.remember.run(scope, key, rows[0]!.id, now).changes === 0) {
            return { earlier: sql.recall.get(scope, key)!.resultId, claimed: [], begun: [] }
          }
        }
        setKeys(keys ?? [])
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

    setLimits: async (keys) => transaction(db, () => setKeys(keys)),

    runNow: createRunNow(db, commit),

    ...createAdmission(db, instances),

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

    settle: async (settlements, now) => settler.settle(settlements, now),

    async cancelUnclaimed(ids, at, reason) {
      return transaction(db, () => {
        const happened: Ended[] = []
        const held: { id: string; seq: number; claimedBy: string }[] = []
        for (const id of ids) {
          const row = sql.byId.get(id)
          if (row === undefined) continue
          if (row.claimedBy !== null) {
            held.push({ id, seq: row.seq, claimedBy: row.claimedBy })
            continue
          }
          settler.finish(row.seq, row, { ...UNSEEN, status: 'cancelled', reason, finishedAt: at })
          happened.push(unrunOf(row, 'cancelled', reason, at))
        }
        outbox.keep(happened)
        return { cancelled: happened.map((end) => end.id), held, happened }
      })
    },

    async activate(until, most) {
      return Number(sql.activate.run(until, most).changes)
    },

    async nextInstants() {
      return sql.instants.get()!
    },

    ...createAway(db, instances, journal),

    async lost(claims) {
      return claims.filter(({ seq, claimSeq }) => sql.fenced.get(seq, claimSeq) === undefined).map((claim) => claim.seq)
    },

    async claimsOf(instanceId) {
      return sql.claims.all(instanceId)
    },

    async orphans({ now, most, asker, after }) {
      journal.show()
      return sql.orphans.all(now, most, asker, after).map((row) => ({ ...row, admitted: row.admitted === 1 }))
    },

    async nudge() {
      return transaction(db, () => limits.nudge())
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
}

/** How long the registry remembers an instance that is gone, for people who ask what happened. */
const FORGET_INSTANCES_AFTER_MS = 86_400_000
