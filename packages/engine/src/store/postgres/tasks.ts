import { isWithin, say } from '@rota/core'
import { cursorOf } from '../../planning/answered.ts'
import type { Ended } from '../../ports/happenings.ts'
import {
  isStillDue,
  type NewTask,
  type SaveOptions,
  type ScheduleAnswer,
  type ScheduleChange,
  type ScheduleRow,
  type TaskStore,
} from '../../ports/tasks.ts'
import type { Contender } from '../decide.ts'
import { answeredOf, type Subject, unrunOf } from '../happened.ts'
import { DELETED, type StoredTask, staleVersion, takenName, taskRow } from '../task-rows.ts'
import { askToCancel } from './cancellations.ts'
import type { Database, Session } from './database.ts'
import { violatedIndex } from './errors.ts'
import { answerColumns, executionColumns, keyColumns, stateFor } from './execution-rows.ts'
import { releaseLimits } from './limits.ts'
import { internRules, newTaskColumns, updateParameters } from './task-rows.ts'
import { tell } from './telling.ts'
import { columnsOf } from './values.ts'

const CLAIMED = 3

type Holder = Pick<Contender, 'seq' | 'overlap' | 'keys'> & Subject & { admitted: number }
type Unstarted = Holder & {
  state: number
  scheduleId: number | null
  ordinal: number | null
  claimedBy: string | null
}

/**
 * Tasks in PostgreSQL. Whoever changes a task locks its schedules first, then its row: so a plan is written either
 * before the change, which then sees and drops it, or after, and finds the task's version to be another. `isOurs` tells
 * the instances that are told at once what became of what they have in hand; others are asked to give it up.
 */
export function createTaskStore(db: Database, isOurs: (instanceId: string) => boolean = () => true): TaskStore {
  return {
    async insert(tasks, idempotency) {
      return namesGuarded(() =>
        db.transaction(async (tx) => {
          if (idempotency) {
            const { row } = tasks[0]!
            const { scope, key } = idempotency
            const [fresh] = await tx.run('remember-key', [scope, key, row.id, row.createdAt])
            if (fresh === undefined) {
              const [earlier] = await tx.run<{ resultId: string }>('recall-key', [scope, key])
              return { earlier: earlier!.resultId }
            }
          }
          await insertAll(tx, tasks)
          return { earlier: null }
        }),
      )
    },

    async byId(id, scope) {
      const [row] = await db.run<StoredTask>('task-by-id', [id])
      const task = row && taskRow(row)
      return task && isWithin(scope, task) ? task : null
    },

    async bySeqs(seqs) {
      if (seqs.length === 0) return []
      const rows = await db.run<StoredTask>('tasks-by-seq', [seqs])
      const bySeq = new Map(rows.map((row) => [row.seq, taskRow(row)]))
      return seqs.map((seq) => bySeq.get(seq)).filter((row) => row !== undefined)
    },

    async definitionAt(seq, version) {
      const [row] = await db.run<{ definition: string | null }>('revision', [seq, version])
      return row?.definition ?? null
    },

    schedules: (seq) => db.run<ScheduleRow>('schedules-of-task', [seq]),

    answered: (seq, from) => db.run<ScheduleAnswer>('answered-from', [seq, from]),

    async ruleBodies(ids) {
      const rows = await db.run<{ id: number; body: string }>('rules', [ids])
      return new Map(rows.map((row) => [row.id, row.body]))
    },

    async save(row, options) {
      return namesGuarded(() =>
        db.transaction(async (tx) => {
          await tx.run('lock-schedules-of-task', [row.seq])
          if (options.keepRevision) await tx.run('keep-revision', [row.seq])
          const updated = await tx.run('update-task', updateParameters(row, options.expectedVersion))
          if (updated.length === 0) throw staleVersion()
          const { dropped, happened } =
            options.drop === 'none' ? NOTHING_DROPPED : await dropUnstarted(tx, row.seq, options, isOurs)
          if (options.executions.length > 0) {
            await tx.run('insert-executions', [
              ...executionColumns(options.executions, (row) => stateFor(row.runAt, options.now)),
              null,
              null,
            ])
            await countPlanned(tx, options.executions, 1)
          }
          if (options.schedules) await setSchedules(tx, row.seq, options.schedules, options.now)
          if (options.answers.length > 0) await tx.run('insert-answers', answerColumns(options.answers))
          if (options.keys.length > 0) await tx.run('set-keys', keyColumns(options.keys))
          const ends = [...happened, ...options.answers.map(answeredOf)]
          await tell(tx, ends)
          return { dropped, happened: ends }
        }),
      )
    },

    async liveExecutions(seq) {
      return (await db.run<{ id: string }>('live-of-task', [seq])).map((row) => row.id)
    },

    async atStart() {
      return (await db.run<StoredTask>('tasks-at-start')).map(taskRow)
    },

    async purge(seq, now) {
      return db.transaction(async (tx) => {
        await tx.run('lock-schedules-of-task', [seq])
        const live = await tx.run<Holder>('lock-live-of-task', [seq])
        const happened = live.map((row) => unrunOf(row, 'cancelled', DELETED, now))
        await tell(tx, happened)
        await tx.run('delete-executions', [live.map((row) => row.seq)])
        await releaseLimits(tx, live)
        const history = await tx.run<{ id: string }>('purge-history', [seq])
        await tx.run('purge-task', [seq])
        return { ids: history.map((row) => row.id), happened }
      })
    },
  }
}

async function insertAll(tx: Session, tasks: readonly NewTask[]) {
  const added = await tx.run<{ id: string; seq: number }>('insert-tasks', newTaskColumns(tasks))
  const seqs = new Map(added.map((row) => [row.id, row.seq]))
  const schedules = tasks.flatMap(({ row, schedules }) =>
    schedules.map(({ ordinal, body, next }) => {
      return { taskSeq: seqs.get(row.id)!, ordinal, body, nextDueAt: next(row.createdAt, 0) }
    }),
  )
  await insertSchedules(tx, schedules)
  const keys = tasks.flatMap((task) => task.keys)
  if (keys.length > 0) await tx.run('set-keys', keyColumns(keys))
}

interface NewSchedule {
  taskSeq: number
  ordinal: number
  body: string
  nextDueAt: number | null
}

async function insertSchedules(tx: Session, schedules: readonly NewSchedule[]) {
  if (schedules.length === 0) return
  const rules = await internRules(
    tx,
    schedules.map((schedule) => schedule.body),
  )
  const columns = columnsOf(schedules, [
    (schedule) => schedule.taskSeq,
    (schedule) => schedule.ordinal,
    (schedule) => rules.get(schedule.body),
    (schedule) => schedule.nextDueAt,
  ])
  await tx.run('insert-schedules', columns)
}

async function setSchedules(tx: Session, taskSeq: number, changes: readonly ScheduleChange[], now: number) {
  const rows = await tx.run<ScheduleRow>('schedules-of-task', [taskSeq])
  const stored = new Map(rows.map((row) => [row.ordinal, row]))
  const answers = await tx.run<ScheduleAnswer>('answered-from', [taskSeq, now + 1])
  const fresh: NewSchedule[] = []
  const changed: { id: number; body: string; nextDueAt: number | null; answeredTo: number }[] = []
  for (const { ordinal, body, next } of changes) {
    const old = stored.get(ordinal)
    if (old === undefined) {
      fresh.push({ taskSeq, ordinal, body, nextDueAt: next(now, 0) })
      continue
    }
    const { cursor, answeredTo } = cursorOf({ next }, old, { now, answers })
    changed.push({ id: old.id, body, nextDueAt: cursor, answeredTo })
  }
  await insertSchedules(tx, fresh)
  if (changed.length > 0) {
    const rules = await internRules(
      tx,
      changed.map((schedule) => schedule.body),
    )
    const columns = columnsOf(changed, [
      (it) => it.id,
      (it) => rules.get(it.body),
      (it) => it.nextDueAt,
      (it) => it.answeredTo,
    ])
    await tx.run('update-schedules', columns)
  }
  await tx.run('delete-schedules', [taskSeq, changes.length])
}

/**
 * Removes what has not started; answers the claimed ones among them, and what has ended by it. What was due already keeps its answer in the
 * ledger; what was still to come is as if it had never been planned. What another instance has in hand may start before
 * it hears of the change: its row stays, and with it the answer. Where it is due after the change too, it just runs.
 */
async function dropUnstarted(
  tx: Session,
  seq: number,
  { drop, schedules, now }: SaveOptions,
  isOurs: (instanceId: string) => boolean,
): Promise<{ dropped: number[]; happened: Ended[] }> {
  const unstarted = await tx.run<Unstarted>('lock-unstarted', [seq, drop === 'future', now])
  const [taken = [], rows = []] = [true, false].map((is) =>
    unstarted.filter(({ claimedBy }) => (claimedBy !== null && !isOurs(claimedBy)) === is),
  )
  const unwanted = taken.filter((row) => drop === 'all' || !isStillDue(row, schedules))
  const seqs = unwanted.map((row) => row.seq)
  askToCancel(tx, seqs, { reason: say`the task was changed before it started`, ifUnstarted: true, now })
  if (rows.length === 0) return NOTHING_DROPPED
  const isToCome = (row: Unstarted) => row.trigger === 'schedule' && row.dueAt > now
  const answered = rows.filter((row) => !isToCome(row))
  const unplanned = rows.filter(isToCome)
  if (answered.length > 0) {
    const columns = columnsOf(answered, [(row) => row.seq, () => DELETED, () => 'cancelled'])
    await tx.run('end-unrun', [...columns, now])
  }
  if (unplanned.length > 0) {
    await tx.run('delete-executions', [unplanned.map((row) => row.seq)])
    await countPlanned(tx, unplanned, -1)
  }
  await releaseLimits(tx, rows)
  return {
    dropped: rows.filter((row) => row.state === CLAIMED).map((row) => row.seq),
    happened: answered.map((row) => unrunOf(row, 'cancelled', DELETED, now)),
  }
}

const NOTHING_DROPPED: { dropped: number[]; happened: Ended[] } = { dropped: [], happened: [] }

async function countPlanned(tx: Session, rows: readonly { scheduleId: number | null }[], change: 1 | -1) {
  const schedules = rows.map((row) => row.scheduleId).filter((id) => id !== null)
  if (schedules.length > 0) await tx.run('count-planned', [schedules, change])
}

async function namesGuarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const index = violatedIndex(error)
    if (index !== 'tasks_by_name' && index !== 'tasks_id_key') throw error
    throw takenName()
  }
}
