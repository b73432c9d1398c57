import type { DatabaseSync } from 'node:sqlite'
import { cursorOf } from '../../planning/answered.ts'
import type { NewTask, ScheduleAnswer, ScheduleChange, ScheduleRow } from '../../ports/tasks.ts'
import { prepareAll, rows } from './statements.ts'

/** Writes the schedules of tasks, with their rules: equal ones are stored once. Inside a transaction. */
export interface ScheduleWriter {
  add(taskSeq: number, schedules: NewTask['schedules'], now: number): void
  /** Makes them what a change of their task says. */
  set(taskSeq: number, changes: readonly ScheduleChange[], now: number): void
}

export function createScheduleWriter(db: DatabaseSync): ScheduleWriter {
  const sql = prepareAll(db, {
    answered: rows<ScheduleAnswer>('answered-from'),
    delete: 'delete-schedules',
    insert: 'insert-schedule',
    internRule: rows<{ id: number }>('intern-rule'),
    ofTask: rows<ScheduleRow>('schedules-of-task'),
    update: 'update-schedule',
  })
  const ruleId = (body: string) => sql.internRule.get(body)!.id

  function addOne(taskSeq: number, { ordinal, body, next }: ScheduleChange, now: number) {
    sql.insert.run(taskSeq, ordinal, ruleId(body), next(now, 0))
  }

  return {
    add(taskSeq, schedules, now) {
      for (const schedule of schedules) addOne(taskSeq, schedule, now)
    },
    set(taskSeq, changes, now) {
      const stored = new Map(sql.ofTask.all(taskSeq).map((row) => [row.ordinal, row]))
      const answers = sql.answered.all(taskSeq, now + 1)
      for (const change of changes) {
        const old = stored.get(change.ordinal)
        if (old === undefined) {
          addOne(taskSeq, change, now)
          continue
        }
        const { cursor, answeredTo } = cursorOf(change, old, { now, answers })
        sql.update.run(old.id, ruleId(change.body), cursor, answeredTo)
      }
      sql.delete.run(taskSeq, changes.length)
    },
  }
}
