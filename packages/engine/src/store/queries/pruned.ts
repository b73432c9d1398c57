import { type Kysely, sql } from 'kysely'
import type { HistoryOf, Pruned } from '../../ports/queries.ts'
import { NO_TASK, type Schema } from '../../ports/schema.ts'
import { tasksWithin, type Within } from './scope.ts'
import { inGroup } from './task-filter.ts'

/** What retention has taken from a history; null for nothing. A tenant's may be told of jobs that were another's. */
export async function prunedOf(
  db: Kysely<Schema>,
  { taskId, group }: HistoryOf,
  scope: Within,
): Promise<Pruned | null> {
  let pruned = db
    .selectFrom('pruned_history as p')
    .select([
      sql<number | null>`sum(p.answers)`.as('answers'),
      sql<number | null>`min(p.from_at)`.as('from'),
      sql<number | null>`max(p.through)`.as('through'),
    ])
  const within = tasksWithin(scope)
  if (taskId !== undefined || group !== undefined || within.length > 0) {
    let tasks = db.selectFrom('tasks as t').select('t.seq')
    if (taskId !== undefined) tasks = tasks.where('t.id', '=', taskId)
    if (group !== undefined) tasks = tasks.where(inGroup(sql.ref('t.task_group'), group))
    for (const condition of within) tasks = tasks.where(condition)
    const ofTasks = sql<boolean>`p.task_seq in (${tasks})`
    const withJobs = taskId === undefined && group === undefined
    pruned = pruned.where(withJobs ? sql<boolean>`(${ofTasks} or p.task_seq = ${sql.lit(NO_TASK)})` : ofTasks)
  }
  const { answers, from, through } = await pruned.executeTakeFirstOrThrow()
  if (through === null) return null
  return { answers: Number(answers), from: Number(from), through: Number(through) }
}
