import { isWithin } from '@rota/core'
import type { NewTask, SaveResult, ScheduleAnswer, ScheduleRow, TaskRow, TaskStore } from '../../ports/tasks.ts'
import { unrunOf } from '../happened.ts'
import { DELETED, type StoredTask, takenName, taskRow } from '../task-rows.ts'
import { askTogether } from './ask-together.ts'
import { writeAudit } from './audit.ts'
import type { Database } from './database.ts'
import { violatedIndex } from './errors.ts'
import { createGroupCommit } from './group-commit.ts'
import { releaseLimits } from './limits.ts'
import { insertAll, insertTogether } from './task-inserts.ts'
import { type Holder, type IsOurs, saveTogether, type TaskSave } from './task-saves.ts'
import { tell } from './telling.ts'
import { storable } from './values.ts'

/**
 * Tasks in PostgreSQL. Whoever changes a task locks its schedules first, then its row: so a plan is written either
 * before the change, which then sees and drops it, or after, and finds the task's version to be another. `isOurs` tells
 * the instances that are told at once what became of what they have in hand; others are asked to give it up.
 */
export function createTaskStore(db: Database, isOurs: IsOurs = () => true): TaskStore {
  const { insertOne, saveOne } = groupCommitsOn(db, isOurs)
  const { byId, schedules } = questionsTo(db)

  return {
    async insert(tasks, idempotency) {
      if (tasks.length === 1 && idempotency === undefined) {
        await insertOne(tasks[0]!)
        return { earlier: null }
      }
      return db.transaction(async (tx) => {
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
      })
    },

    async byId(id, scope) {
      const task = await byId(id)
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

    schedules,

    answered: (seq, from) => db.run<ScheduleAnswer>('answered-from', [seq, from]),

    async ruleBodies(ids) {
      const rows = await db.run<{ id: number; body: string }>('rules', [ids])
      return new Map(rows.map((row) => [row.id, row.body]))
    },

    save: (row, options) => namesGuarded(() => saveOne({ row, options })),

    async liveExecutions(seq) {
      return (await db.run<{ id: string }>('live-of-task', [seq])).map((row) => row.id)
    },

    async atStart() {
      return (await db.run<StoredTask>('tasks-at-start')).map(taskRow)
    },

    async purge(seq, now, audit = []) {
      return db.transaction(async (tx) => {
        await tx.run('lock-schedules-of-task', [seq])
        const live = await tx.run<Holder>('lock-live-of-task', [seq])
        const happened = live.map((row) => unrunOf(row, 'cancelled', DELETED, now))
        await tell(tx, happened)
        await tx.run('delete-executions', [live.map((row) => row.seq)])
        await releaseLimits(tx, live)
        const history = await tx.run<{ id: string }>('purge-history', [seq])
        await tx.run('purge-task', [seq])
        writeAudit(tx, audit)
        return { ids: history.map((row) => row.id), happened }
      })
    },
  }
}

/** Changes that share transactions. Two that could be in each other's way do not share one. */
function groupCommitsOn(db: Database, isOurs: IsOurs) {
  const insertOne = createGroupCommit<NewTask, void>({
    db,
    carryOut: insertTogether,
    claimsOf: ({ row }) => [`id ${row.id}`],
    lengthOf: ({ row }) => row.definition.length,
  })
  const saveOne = createGroupCommit<TaskSave, SaveResult>({
    db,
    carryOut: (tx, saves) => saveTogether(tx, saves, isOurs),
    claimsOf: ({ row }) => [`task ${row.seq}`, `name ${JSON.stringify([row.tenantId, row.name])}`],
    lengthOf: ({ row }) => row.definition.length,
  })
  return { insertOne, saveOne }
}

/** Questions that are asked together where they are asked at the same time. */
function questionsTo(db: Database) {
  const byId = askTogether<string, TaskRow | null>(async (ids) => {
    const rows = await db.run<StoredTask>('tasks-by-id', [ids.map((id) => storable(id))])
    const tasks = new Map(rows.map((row) => [row.id, row]))
    return (id) => {
      const row = tasks.get(id)
      return row === undefined ? null : taskRow(row)
    }
  })
  const schedules = askTogether<number, ScheduleRow[]>(async (seqs) => {
    const rows = await db.run<ScheduleRow & { taskSeq: number }>('schedules-of-tasks', [seqs])
    const byTask = Map.groupBy(rows, ({ taskSeq }) => taskSeq)
    return (seq) => (byTask.get(seq) ?? []).map(({ taskSeq: _, ...schedule }) => schedule)
  })
  return { byId, schedules }
}

async function namesGuarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const index = violatedIndex(error)
    throw index === 'tasks_by_name' ? takenName() : error
  }
}
