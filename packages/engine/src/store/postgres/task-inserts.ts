import type { NewTask } from '../../ports/tasks.ts'
import { takenName } from '../task-rows.ts'
import { writeAudit } from './audit.ts'
import type { Session } from './database.ts'
import { keyColumns } from './execution-rows.ts'
import type { Outcome } from './group-commit.ts'
import { internRules, newTaskColumns } from './task-rows.ts'
import { columnsOf } from './values.ts'

interface NewSchedule {
  taskSeq: number
  ordinal: number
  ruleId: number
  nextDueAt: number | null
}

/** Adds tasks, each for itself; refuses those whose name is taken. */
export async function insertTogether(tx: Session, tasks: readonly NewTask[]): Promise<Outcome<void>[]> {
  const adding = tx.run<{ id: string; seq: number }>('insert-tasks', newTaskColumns(tasks))
  const bodies = tasks.flatMap(({ schedules }) => schedules.map(({ body }) => body))
  const rules = bodies.length > 0 ? await internRules(tx, bodies) : new Map<string, number>()
  const seqs = new Map((await adding).map(({ id, seq }) => [id, seq]))
  const left = new Set(seqs.keys())
  // Of two with one id the first was added.
  const isAdded = tasks.map(({ row }) => left.delete(row.id))
  const added = tasks.filter((_, at) => isAdded[at])
  insertSchedules(
    tx,
    added.flatMap(({ row, schedules }) =>
      schedules.map(({ ordinal, body, next }) => {
        return { taskSeq: seqs.get(row.id)!, ordinal, ruleId: rules.get(body)!, nextDueAt: next(row.createdAt, 0) }
      }),
    ),
  )
  const keys = added.flatMap((task) => task.keys)
  if (keys.length > 0) await tx.run('set-keys', keyColumns(keys))
  writeAudit(
    tx,
    added.flatMap(({ audit = [] }) => audit),
  )
  return isAdded.map((is) => (is ? { value: undefined } : { error: takenName() }))
}

/** Adds tasks, all or nothing. */
export async function insertAll(tx: Session, tasks: readonly NewTask[]): Promise<void> {
  for (const outcome of await insertTogether(tx, tasks)) if ('error' in outcome) throw outcome.error
}

/** Adds schedules; they are there when the transaction is. */
export function insertSchedules(tx: Session, schedules: readonly NewSchedule[]): void {
  if (schedules.length === 0) return
  const columns = columnsOf(schedules, [
    (schedule) => schedule.taskSeq,
    (schedule) => schedule.ordinal,
    (schedule) => schedule.ruleId,
    (schedule) => schedule.nextDueAt,
  ])
  void tx.run('insert-schedules', columns)
}
