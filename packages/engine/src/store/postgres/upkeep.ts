import type { Clock } from '@rota/core'
import type { Pool } from 'pg'
import { HOUR_MS } from '../../ports/schema.ts'
import type { TaskRetention, Upkeep } from '../../ports/upkeep.ts'
import type { Database } from './database.ts'
import { dropDays } from './partitions.ts'
import { createRollup } from './rollup.ts'

export interface UpkeepOptions {
  db: Database
  /** The connections of people's queries, for searches. */
  readers: Database
  /** For changes of partitions. */
  pool: Pool
  clock: Clock
}

/** Housekeeping in PostgreSQL. */
export function createUpkeep({ db, readers, pool, clock }: UpkeepOptions): Upkeep {
  const seqsOf = (rows: { seq: number }[]) => rows.map((row) => row.seq)
  const search = async (name: string, ...values: unknown[]) =>
    seqsOf(await readers.run<{ seq: number }>(`upkeep/${name}`, values))
  const sweep = async (name: string, before: number, most: number) => {
    const [row] = await db.run<{ gone: number }>(`upkeep/${name}`, [before, most])
    return row!.gone
  }

  async function sweepRules(most: number): Promise<number> {
    return db.transaction(async (tx) => {
      const rules = await tx.run<{ id: number }>('upkeep/lock-unused-rules', [most])
      if (rules.length === 0) return 0
      return (await tx.run('upkeep/forget-rules', [rules.map((row) => row.id)])).length
    })
  }

  return {
    rollUp: createRollup(db, clock),
    async tailLength() {
      const [row] = await db.run<{ length: number }>('upkeep/tail-length')
      return row!.length
    },
    retentions: (afterTask, most) => readers.run<TaskRetention>('upkeep/tasks-with-retention', [afterTask, most]),

    surplus: (tasks, { count, keepLast, before }, most) =>
      search('surplus-history', tasks, count, keepLast, before, most),

    async agedJobs(afterSeq, before, most) {
      type Stretch = { last: number | null; earliest: number | null; found: string }
      const [row] = await readers.run<Stretch>('upkeep/aged-jobs', [afterSeq, most, before])
      if (!row || row.last === null) return { seqs: [], next: null }
      return { seqs: JSON.parse(row.found), next: row.earliest! < before ? row.last : null }
    },

    async forget(seqs) {
      if (seqs.length === 0) return []
      const rows = await db.transaction((tx) => tx.run<{ id: string }>('upkeep/forget-history', [seqs]))
      return rows.map((row) => row.id)
    },

    expiredTasks: (before, most) => search('expired-tasks', before, most),
    historyOf: (task, most) => search('history-of-task', task, most),

    async purge(task, before) {
      return db.transaction(async (tx) => {
        await tx.run('lock-schedules-of-task', [task])
        const [expired] = await tx.run('upkeep/lock-expired-task', [task, before])
        if (expired === undefined) return false
        const live = await tx.run<{ seq: number }>('lock-live-of-task', [task])
        await tx.run('delete-executions', [seqsOf(live)])
        await tx.run('purge-task', [task])
        return true
      })
    },

    dropDays: (retention, now) => dropDays(pool, retention, now),

    async sweep({ keysBefore, rollupsBefore }, most) {
      const hour = Math.floor(rollupsBefore / HOUR_MS)
      const rollups = await sweep('forget-rollups', hour, most)
      return (
        rollups +
        (await sweep('forget-days', Math.floor(hour / 24), most)) +
        (await sweep('forget-keys', keysBefore, most)) +
        (await sweepRules(most))
      )
    },
  }
}
