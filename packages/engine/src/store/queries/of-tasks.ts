import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../ports/schema.ts'
import { countArm } from './arms.ts'
import type { Condition } from './condition.ts'

/** Tasks that are no more, with no more history, are listed through the index by task, and sorted. */
const FEW = { tasks: 1000, rows: 20_000 }

/**
 * What executions as `e` of some tasks have in common; null when there is no such task. `isMeant` says which tasks,
 * under the name that it is given. Of many tasks the latest rows of all are looked through: many of them belong to these.
 */
export async function ofTasks(db: Kysely<Schema>, isMeant: (task: string) => Condition): Promise<Condition | null> {
  const members = await db
    .selectFrom('tasks as t')
    .select('t.seq')
    .where(isMeant('t'))
    .limit(FEW.tasks + 1)
    .execute()
  if (members.length === 0) return null
  const ofMembers: Condition = sql`e.task_seq in (${sql.join(members.map((m) => m.seq))})`
  const areFew =
    members.length <= FEW.tasks && (await countArm(db, { live: false, where: [ofMembers] }, FEW.rows + 1)) <= FEW.rows
  return areFew ? ofMembers : sql`exists (select 1 from tasks as g where g.seq = e.task_seq and ${isMeant('g')})`
}
