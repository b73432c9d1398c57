import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Gauges } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'

/** What waits and what runs stands in indexes of its own, so that no count reads rows. */
export async function gaugesOf(db: Kysely<Schema>): Promise<Gauges> {
  const count = async (state: RawBuilder<SqlBool>) => {
    const counted = db
      .selectFrom('executions')
      .where(state)
      .select((eb) => eb.fn.countAll<number>().as('n'))
    return Number((await counted.executeTakeFirstOrThrow()).n)
  }
  const oldest = async (state: RawBuilder<SqlBool>) => {
    const found = db
      .selectFrom('executions')
      .where(state)
      .select((eb) => eb.fn.min('run_at').as('at'))
    return (await found.executeTakeFirstOrThrow()).at as number | null
  }
  const [live, running, readySince, blockedSince, tasks] = await Promise.all([
    count(sql`1 = 1`),
    count(sql`state = 4`),
    oldest(sql`state = 1`),
    oldest(sql`state = 2`),
    countTasks(db),
  ])
  const since = [readySince, blockedSince].filter((at) => at !== null)
  const waitingSince = since.length > 0 ? Math.min(...since) : null
  return { pending: live - running, running, waitingSince, tasks }
}

async function countTasks(db: Kysely<Schema>): Promise<number> {
  const counted = db
    .selectFrom('tasks')
    .where('deleted_at', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('n'))
  return Number((await counted.executeTakeFirstOrThrow()).n)
}
