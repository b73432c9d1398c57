import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { ExecutionHistoryTable, Schema } from '../../ports/schema.ts'
import type { Condition } from './condition.ts'

type Arm = SelectQueryBuilder<Schema & { e: ExecutionHistoryTable }, 'e', object>

/** One part of a union. All parts select from `e`, which is either table of executions. */
export interface ArmPlan {
  live: boolean
  where: readonly Condition[]
}

export function armOf(db: Kysely<Schema>, { live, where }: ArmPlan): Arm {
  // The columns used are the same in both tables.
  const table = (live ? 'executions as e' : 'execution_history as e') as 'execution_history as e'
  let arm: Arm = db.selectFrom(table)
  for (const condition of where) arm = arm.where(condition)
  return arm
}

/** Counts the rows of an arm to `most` and no further. */
export async function countArm(db: Kysely<Schema>, arm: ArmPlan, most: number): Promise<number> {
  const rows = armOf(db, arm).select(sql<number>`1`.as('one')).limit(most)
  const counted = db.selectFrom(rows.as('m')).select((eb) => eb.fn.countAll<number>().as('n'))
  return Number((await counted.executeTakeFirstOrThrow()).n)
}

export async function countArms(db: Kysely<Schema>, arms: readonly ArmPlan[], most: number): Promise<number> {
  let total = 0
  for (const arm of arms) if (total < most) total += await countArm(db, arm, most - total)
  return total
}
