import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Gauges } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'

/** Each state has an index of its own, so that a count never reads rows. */
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
  const [waiting, ready, blocked, claimed, running, readySince, blockedSince, tasks] = await Promise.all([
    count(sql`state = 0`),
    count(sql`state = 1`),
    count(sql`state = 2`),
    count(sql`state >= 3`),
    count(sql`state >= 3 and state = 4`),
    oldest(sql`state = 1`),
    oldest(sql`state = 2`),
    countTasks(db),
  ])
  const since = [readySince, blockedSince].filter((at) => at !== null)
  return {
    pending: waiting + ready + blocked + claimed - running,
    running,
    waitingSince: since.length > 0 ? Math.min(...since) : null,
    tasks,
  }
}

async function countTasks(db: Kysely<Schema>): Promise<number> {
  const counted = db
    .selectFrom('tasks')
    .where('deleted_at', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('n'))
  return Number((await counted.executeTakeFirstOrThrow()).n)
}
