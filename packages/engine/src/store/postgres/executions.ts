import {
  type Claimed,
  type ClaimKey,
  claimedAtOnce,
  type DueSchedule,
  type ExecutionStore,
  isFreeAtOnce,
  type NewExecution,
  type Orphan,
  type PlannedSchedule,
  type Start,
} from '../../ports/executions.ts'
import { claimedOf } from '../claimed-of.ts'
import type { Contender } from '../decide.ts'
import { answeredOf, type Subject, unrunOf } from '../happened.ts'
import { admit, claim } from './admission.ts'
import { askToCancel } from './cancellations.ts'
import type { Database } from './database.ts'
import { answerColumns, executionColumns, keyColumns, type LiveRow, STARTED, stateFor } from './execution-rows.ts'
import { markFenced } from './fenced.ts'
import { promote, releaseLimits } from './limits.ts'
import { runNow } from './run-now.ts'
import { settle } from './settlement.ts'
import { createSilentInstances } from './silent-instances.ts'
import { tell } from './telling.ts'
import { columnsOf, storable, storableJson } from './values.ts'

/** Rows in one statement: enough to make the round trip cheap, few enough that the texts of their values stay small. */
const ROWS_PER_INSERT = 10_000

/** Of lines in which rows wait for something else than a slot. */
const NO_LIMIT = 2 ** 31 - 1

/** What was parked, with what the release of its slots needs. */
type Parked = Pick<Contender, 'seq' | 'taskSeq' | 'overlap' | 'keys'> & { admitted: number }

/** A live row that is to be cancelled. */
type Cancelled = Pick<Contender, 'seq' | 'overlap' | 'keys'> & Subject & { admitted: number; claimedBy: string | null }

/**
 * Live executions in PostgreSQL, for any number of instances. Each call is one transaction; rows of a batch are written
 * by one statement. Heartbeats go through `lease`, so that they wait for nobody; `known` gets the instances
 * that claim through this store. Locks are taken in one order: schedules, tasks, live rows by seq, slots of tasks, concurrency keys.
 */
export function createExecutionStore(db: Database, lease: Database = db, known = new Set<string>()): ExecutionStore {
  const silent = createSilentInstances(db)

  async function makeKnown(instanceId: string) {
    if (known.has(instanceId)) return
    await db.run('intern-instance', [instanceId])
    known.add(instanceId)
  }

  return {
    dueSchedules: (until, most) => db.run<DueSchedule>('due-schedules', [until, most]),

    async plan(plans) {
      if (plans.length === 0) return { outrun: [], happened: [] }
      const ids = plans.map((plan) => plan.scheduleId)
      return db.transaction(async (tx) => {
        await tx.run('lock-schedules', [ids])
        const executions = plans.flatMap((plan) => plan.executions)
        const moved = await tx.run<{ id: number }>('plan-schedules', [
          ...cursorColumns(plans),
          ...executionColumns(executions, (row) => stateFor(row.runAt, row.createdAt)),
          ...answerColumns(plans.flatMap((plan) => plan.answers)),
        ])
        const done = new Set(moved.map((row) => row.id))
        const answers = plans.flatMap((plan) => (done.has(plan.scheduleId) ? plan.answers : []))
        const happened = answers.map(answeredOf)
        await tell(tx, happened)
        return { outrun: ids.filter((id) => !done.has(id)), happened }
      })
    },

    async enqueue(rows, { now, keys, idempotency, claimFor }) {
      if (claimFor !== undefined) await makeKnown(claimFor)
      const isTaken = (row: NewExecution) => claimFor !== undefined && isFreeAtOnce(row, now)
      const stateOf = (row: NewExecution) => (isTaken(row) ? STARTED : stateFor(row.runAt, now))
      return db.transaction(async (tx) => {
        if (idempotency) {
          const { scope, key } = idempotency
          const [fresh] = await tx.run('remember-key', [scope, key, rows[0]!.id, now])
          if (fresh === undefined) {
            const [earlier] = await tx.run<{ resultId: string }>('recall-key', [scope, key])
            return { earlier: earlier!.resultId, claimed: [] }
          }
        }
        if (keys && keys.length > 0) await tx.run('set-keys', keyColumns(keys))
        const seqs = new Map<string, number>()
        for (let i = 0; i < rows.length; i += ROWS_PER_INSERT) {
          const columns = executionColumns(rows.slice(i, i + ROWS_PER_INSERT), stateOf)
          const taken = await tx.run<{ id: string; seq: number }>('insert-executions', [
            ...columns,
            claimFor ?? null,
            now,
          ])
          for (const { id, seq } of taken) seqs.set(id, seq)
        }
        if (seqs.size === 0) return { earlier: null, claimed: [] }
        const claimed = rows.flatMap((row) => (seqs.has(row.id) ? [claimedAtOnce(row, seqs.get(row.id)!)] : []))
        return { earlier: null, claimed }
      })
    },

    async setLimits(keys) {
      if (keys.length > 0) await db.run('set-keys', keyColumns(keys))
    },

    runNow: (row, options) => runNow(db, row, options),

    async claim(request) {
      await makeKnown(request.instanceId)
      return claim(db, request)
    },

    admit: (rows, now, starting) => admit(db, rows, { now, starting: starting ?? new Set() }),

    async markStarted(rows) {
      const away = rows.filter((row) => row.placed !== undefined)
      const here = away.length === 0 ? rows : rows.filter((row) => row.placed === undefined)
      const begun = await Promise.all([start(db, here), startOnNodes(db, away)])
      return begun.flat()
    },

    markFenced: (attempts) => markFenced(db, attempts),

    settle: (settlements, now) => settle(db, settlements, now),

    async cancelUnclaimed(ids, at, reason) {
      return db.transaction(async (tx) => {
        const rows = await tx.run<Cancelled>('lock-by-ids', [ids])
        const idle = rows.filter((row) => row.claimedBy === null)
        if (idle.length > 0) {
          const seqs = idle.map((row) => row.seq)
          await tx.run('end-unrun', [seqs, idle.map(() => storable(reason)), idle.map(() => 'cancelled'), at])
          await releaseLimits(tx, idle)
        }
        const held = rows.flatMap(({ id, seq, claimedBy }) => (claimedBy === null ? [] : [{ id, seq, claimedBy }]))
        const seqs = held.map((row) => row.seq)
        askToCancel(tx, seqs, { reason, ifUnstarted: false, now: at })
        const happened = idle.map((row) => unrunOf(row, 'cancelled', reason, at))
        await tell(tx, happened)
        return { cancelled: idle.map((row) => row.id), held, happened }
      })
    },

    async activate(until, most) {
      const [row] = await db.run<{ activated: number }>('activate-executions', [until, most])
      return row!.activated
    },

    async nextInstants() {
      const [row] = await db.run<{ dueAt: number | null; runAt: number | null }>('next-instants')
      return row!
    },

    async orphans({ now, most, asker, after }) {
      type Row = LiveRow & Pick<Orphan, 'startedAt' | 'deaths' | 'placement'> & { admitted: number }
      const rows = await db.run<Row>('orphans', [now, most, asker, after])
      return rows.map((row) => {
        const { startedAt, deaths, placement } = row
        return { ...claimedOf(row, row.claimSeq, row.admitted === 1), startedAt, deaths, placement }
      })
    },

    async adopt(claims, instanceId) {
      if (claims.length === 0) return []
      await makeKnown(instanceId)
      const fences = columnsOf(claims, [(claim) => claim.seq, (claim) => claim.claimSeq])
      return db.run<ClaimKey>('adopt-executions', [...fences, instanceId])
    },

    async park(claims, line) {
      if (claims.length === 0) return
      await db.run('set-keys', [[line], [NO_LIMIT]])
      const fences = columnsOf(claims, [(claim) => claim.seq, (claim) => claim.claimSeq])
      const { promoted } = await db.transaction(async (tx) =>
        releaseLimits(tx, await tx.run<Parked>('park-executions', [...fences, line])),
      )
      await promoted
    },

    unpark: (line, most) => promote(db, new Map([[line, most]])),

    async lost(claims) {
      if (claims.length === 0) return []
      const fences = columnsOf(claims, [(claim) => claim.seq, (claim) => claim.claimSeq])
      return (await db.run<{ seq: number }>('lost-claims', fences)).map((row) => row.seq)
    },

    claimsOf: (instanceId) => db.run<Pick<Claimed, 'seq' | 'claimSeq'>>('claims-of-instance', [instanceId]),

    async nudge() {
      const lines = await db.run<{ limit: string }>('blocking-limits')
      return promote(db, new Map(lines.map((line) => [line.limit, 1])))
    },

    async heartbeat(instance, leaseUntil) {
      const { id, hostname, pid, version, startedAt, heartbeatAt, state, running, waiting } = instance
      const about = [id, hostname, pid, version, startedAt]
      await lease.run('heartbeat', [...about, heartbeatAt, leaseUntil, state, running, waiting])
      await silent.tidy(heartbeatAt)
    },
  }
}

async function start(db: Database, rows: readonly Start[]): Promise<number[]> {
  if (rows.length === 0) return []
  const begun = await db.run<{ seq: number }>('start-executions', startColumns(rows))
  return begun.map((row) => row.seq)
}

/** Where it runs must be known to whoever goes on with it. */
async function startOnNodes(db: Database, rows: readonly Start[]): Promise<number[]> {
  if (rows.length === 0) return []
  const places = columnsOf(rows, [(row) => storable(row.placed!.node), (row) => storableJson(row.placed!.placement)])
  const begun = await db.run<{ seq: number }>('start-on-nodes', [...startColumns(rows), ...places])
  return begun.map((row) => row.seq)
}

function startColumns(rows: readonly Start[]): unknown[][] {
  return columnsOf(rows, [(row) => row.seq, (row) => row.claimSeq, (row) => row.startedAt])
}

/** The first parameters of `plan-schedules`. */
function cursorColumns(plans: readonly PlannedSchedule[]): unknown[][] {
  return columnsOf(plans, [
    (plan) => plan.scheduleId,
    (plan) => plan.expectedDueAt,
    (plan) => plan.nextDueAt,
    (plan) => plan.lastDueAt,
    (plan) => plan.executions.length,
    (plan) => plan.taskVersion,
  ])
}
