import type { DatabaseSync } from 'node:sqlite'
import { HOUR_MS } from '../../ports/schema.ts'
import type { TaskRetention, Upkeep } from '../../ports/upkeep.ts'
import { transaction } from './database.ts'
import { createReaders, type Readers } from './reader/readers.ts'
import { createRollup } from './rollup.ts'
import { prepareAll, rows as rowsOf, statement } from './statements.ts'

/** SQLite passes over so many rows when a task has no limit. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** Housekeeping in SQLite. Searches go to `readers`; without them the writing connection does both. */
export function createUpkeep(db: DatabaseSync, readers: Readers = createReaders({ file: null, db })): Upkeep {
  const rollUp = createRollup(db)
  const sql = prepareAll(db, {
    forget: rowsOf<Forgotten>('upkeep/forget-history'),
    forgetKeys: 'upkeep/forget-keys',
    forgetDays: 'upkeep/forget-days',
    forgetRollups: 'upkeep/forget-rollups',
    forgetRules: 'upkeep/forget-rules',
    notePruned: 'upkeep/note-pruned',
    purgeLive: 'upkeep/purge-live',
    purgePruned: 'upkeep/purge-pruned',
    purgeRevisions: 'upkeep/purge-revisions',
    purgeRollups: 'upkeep/purge-rollups',
    purgeSchedules: 'upkeep/purge-schedules',
    purgeTask: 'upkeep/purge-task',
    tailLength: rowsOf<{ length: number }>('upkeep/tail-length'),
  })
  const parts = [sql.purgeLive, sql.purgePruned, sql.purgeRevisions, sql.purgeRollups, sql.purgeSchedules]
  const searches = new Map<string, string>()
  const search = async <Row>(name: string, ...parameters: (string | number)[]): Promise<Row[]> => {
    const text = searches.get(name) ?? statement(`upkeep/${name}`)
    searches.set(name, text)
    return (await readers.query(text, parameters)) as Row[]
  }
  const seqsOf = (rows: { seq: number }[]) => rows.map((row) => row.seq)

  async function sweepKeys(before: number, most: number): Promise<number> {
    const [row] = await search<{ keys: string }>('old-keys', before, most)
    if (row === undefined || row.keys === '[]') return 0
    return Number(transaction(db, () => sql.forgetKeys.run(row.keys, before)).changes)
  }

  async function sweepRules(most: number): Promise<number> {
    const rows = await search<{ id: number }>('unused-rules', most)
    if (rows.length === 0) return 0
    const ids = JSON.stringify(rows.map((row) => row.id))
    return Number(transaction(db, () => sql.forgetRules.run(ids)).changes)
  }

  return {
    rollUp: async (before, most) => rollUp(before, most),
    tailLength: async () => sql.tailLength.get()!.length,
    retentions: (afterTask, most) => search<TaskRetention>('tasks-with-retention', afterTask, most),

    async surplus(tasks, { count, keepLast, before }, most) {
      const list = JSON.stringify(tasks)
      return seqsOf(await search('surplus-history', list, count ?? NO_LIMIT, keepLast, before, most))
    },

    async agedJobs(afterSeq, before, most) {
      type Stretch = { last: number | null; earliest: number | null; found: string }
      const [row] = await search<Stretch>('aged-jobs', afterSeq, most, before)
      if (!row || row.last === null) return { seqs: [], next: null }
      return { seqs: JSON.parse(row.found), next: row.earliest! < before ? row.last : null }
    },

    async forget(seqs) {
      if (seqs.length === 0) return []
      return transaction(db, () => {
        const rows = sql.forget.all(JSON.stringify(seqs))
        for (const { task, answers, fromAt, through } of sumsOf(rows))
          sql.notePruned.run(task, answers, fromAt, through)
        return rows.map((row) => row.id)
      })
    },

    expiredTasks: async (before, most) => seqsOf(await search('expired-tasks', before, most)),
    historyOf: async (task, most) => seqsOf(await search('history-of-task', task, most)),

    async purge(task, before) {
      return transaction(db, () => {
        if (sql.purgeTask.run(task, before).changes === 0) return false
        for (const part of parts) part.run(task)
        return true
      })
    },

    async sweep({ keysBefore, rollupsBefore }, most) {
      const hour = Math.floor(rollupsBefore / HOUR_MS)
      const rollups = transaction(db, () => sql.forgetRollups.run(hour, most))
      const days = transaction(db, () => sql.forgetDays.run(Math.floor(hour / 24), most))
      return (
        Number(rollups.changes) + Number(days.changes) + (await sweepKeys(keysBefore, most)) + (await sweepRules(most))
      )
    },
  }
}

/** What of a task went: due instants that were answered, the first and the last due instant. */
interface Pruned {
  task: number
  answers: number
  fromAt: number
  through: number
}

type Forgotten = Pruned & { id: string }

function sumsOf(rows: readonly Forgotten[]): Pruned[] {
  const sums = new Map<number, Pruned>()
  for (const { task, answers, fromAt, through } of rows) {
    const sum = sums.get(task)
    if (sum === undefined) {
      sums.set(task, { task, answers, fromAt, through })
      continue
    }
    sum.answers += answers
    sum.fromAt = Math.min(sum.fromAt, fromAt)
    sum.through = Math.max(sum.through, through)
  }
  return [...sums.values()]
}
