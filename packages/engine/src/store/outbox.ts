import type { Kysely } from 'kysely'
import type { HappeningKind } from '../ports/happenings.ts'
import type { ConsumerBacklog, KeptHappening, Outbox, OutboxBounds, Taken, TakeRequest } from '../ports/outbox.ts'
import type { Schema } from '../ports/schema.ts'
import type { Store } from './store.ts'

export interface OutboxParts extends Pick<Store, 'kysely' | 'runBatch'> {
  want: Outbox['want']
  /** Told when a consumer is gone. */
  onLeft?: () => void
  /** Gives numbers to what is committed, where entries do not have them at once. */
  number?: () => Promise<void>
}

const nothing = async () => {}

/** The outbox of either database; only how a consumer is added, and how entries get their numbers, differs. */
export function createOutbox({ kysely, runBatch, want, onLeft = () => {}, number = nothing }: OutboxParts): Outbox {
  return {
    want,

    async leave(consumer) {
      await kysely.deleteFrom('outbox_consumers').where('name', '=', consumer).execute()
      onLeft()
    },

    async take(request) {
      await number()
      const stand = await standOf(kysely, request.consumer)
      if (stand === null) return null
      const last = await lastNumber(kysely)
      // No lease for a look: nothing is written while nothing happens.
      if (last <= stand.read_to) return { entries: [], from: stand.read_to, through: stand.read_to, missed: 0 }
      if (!(await hold(kysely, request))) return null
      return read(kysely, request, last)
    },

    async keep(consumer, instanceId, until) {
      await kysely
        .updateTable('outbox_consumers')
        .set({ held_until: until })
        .where('name', '=', consumer)
        .where('held_by', '=', instanceId)
        .execute()
    },

    async advance(consumer, instanceId, { through, missed }) {
      const { numUpdatedRows } = await kysely
        .updateTable('outbox_consumers')
        .set((eb) => ({ read_to: through, missed: eb('missed', '-', missed), held_by: null }))
        .where('name', '=', consumer)
        .where('held_by', '=', instanceId)
        .executeTakeFirst()
      return Number(numUpdatedRows) === 1
    },

    async release(consumer, instanceId) {
      await kysely
        .updateTable('outbox_consumers')
        .set({ held_by: null, held_until: 0 })
        .where('name', '=', consumer)
        .where('held_by', '=', instanceId)
        .execute()
    },

    backlogs: () => backlogs(kysely),

    async prune(bounds) {
      await number()
      const end = await endOfSurplus(kysely, bounds)
      if (end === null) return 0
      const [, deleted] = await runBatch([
        kysely
          .updateTable('outbox_consumers')
          .set((eb) => ({
            read_to: end,
            missed: eb(
              'missed',
              '+',
              eb
                .selectFrom('happenings')
                .select((eb) => eb.fn.countAll<number>().as('count'))
                .whereRef('happenings.seq', '>', 'outbox_consumers.read_to')
                .where('happenings.seq', '<=', end),
            ),
          }))
          .where('read_to', '<', end)
          .compile(),
        kysely.deleteFrom('happenings').where('seq', '<=', end).compile(),
      ])
      return Number(deleted?.numAffectedRows ?? 0)
    },
  }
}

async function standOf(kysely: Kysely<Schema>, consumer: string): Promise<{ read_to: number } | null> {
  const query = kysely.selectFrom('outbox_consumers').select('read_to').where('name', '=', consumer)
  return (await query.executeTakeFirst()) ?? null
}

async function lastNumber(kysely: Kysely<Schema>): Promise<number> {
  const row = await kysely
    .selectFrom('happenings')
    .select((eb) => eb.fn.max('seq').as('last'))
    .executeTakeFirst()
  return row?.last ?? 0
}

async function hold(kysely: Kysely<Schema>, { consumer, instanceId, now, until }: TakeRequest): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable('outbox_consumers')
    .set({ held_by: instanceId, held_until: until })
    .where('name', '=', consumer)
    .where((eb) => eb.or([eb('held_by', 'is', null), eb('held_by', '=', instanceId), eb('held_until', '<', now)]))
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}

/** Reads behind the consumer's cursor as it stands now that nobody else moves it; up to `last` everything can be read. */
async function read(kysely: Kysely<Schema>, { consumer, most }: TakeRequest, last: number): Promise<Taken | null> {
  const row = await kysely.selectFrom('outbox_consumers').selectAll().where('name', '=', consumer).executeTakeFirst()
  if (row === undefined) return null
  const found = await kysely
    .selectFrom('happenings')
    .select(['seq', 'body'])
    .where('seq', '>', row.read_to)
    .where('kind', 'in', JSON.parse(row.kinds) as HappeningKind[])
    .orderBy('seq')
    .limit(most)
    .execute()
  const entries = found.map(({ seq, body }) => ({ seq: seq!, happening: JSON.parse(body) as KeptHappening }))
  const through = entries.length === most ? entries.at(-1)!.seq : Math.max(last, entries.at(-1)?.seq ?? 0, row.read_to)
  return { entries, from: row.read_to, through, missed: row.missed }
}

async function backlogs(kysely: Kysely<Schema>): Promise<ConsumerBacklog[]> {
  return kysely
    .selectFrom('outbox_consumers')
    .leftJoin('happenings', (join) => join.onRef('happenings.seq', '>', 'outbox_consumers.read_to'))
    .select((eb) => [
      'outbox_consumers.name as consumer',
      eb.fn.count<number>('happenings.seq').as('waiting'),
      eb.fn.min('happenings.at').as('oldestAt'),
    ])
    .groupBy('outbox_consumers.name')
    .orderBy('outbox_consumers.name')
    .execute()
}

/** The last number of what can go now; null when nothing can. */
async function endOfSurplus(kysely: Kysely<Schema>, { most, batch }: OutboxBounds): Promise<number | null> {
  const slowest = await kysely
    .selectFrom('outbox_consumers')
    .select((eb) => eb.fn.min('read_to').as('readTo'))
    .executeTakeFirst()
  const last = await lastNumber(kysely)
  const end = Math.max(slowest?.readTo ?? last, last - most)
  const surplus = kysely.selectFrom('happenings').select('seq').where('seq', '<=', end).orderBy('seq').limit(batch)
  const row = await kysely
    .selectFrom(surplus.as('surplus'))
    .select((eb) => eb.fn.max('seq').as('end'))
    .executeTakeFirst()
  return row?.end ?? null
}
