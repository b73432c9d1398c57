import type { DatabaseSync } from 'node:sqlite'
import type { Start } from '../../ports/executions.ts'
import { transaction } from './database.ts'
import { prepareAll, rows as rowsOf } from './statements.ts'

/**
 * Every start is durable before it happens, and most attempts of a busy queue end within milliseconds: a row for a batch
 * of starts is written many times faster than one change of each row, which most never need. Whoever tells what has
 * started from what has not asks for the rows to be brought up to date first.
 */
export interface StartJournal {
  /** Keeps starts of claimed rows; answers those whose claims hold. Inside a transaction; then tell `begun` of them. */
  keep(rows: readonly Start[]): readonly Start[]
  /** What was kept is durable. */
  begun(rows: readonly Start[]): void
  /** The row itself tells what became of it. A word under an earlier claim says nothing of a later start. */
  settled(claim: Pick<Start, 'seq' | 'claimSeq'>): void
  /** Brings the rows of what still runs up to date. Outside of any transaction. */
  show(): void
}

const journals = new WeakMap<DatabaseSync, StartJournal>()

/** The one journal of a database. */
export function startJournalOf(db: DatabaseSync): StartJournal {
  const journal = journals.get(db) ?? createStartJournal(db)
  journals.set(db, journal)
  return journal
}

/** Writes into the rows what the journal of an earlier process knows of them. */
export function recoverStarts(db: DatabaseSync): void {
  const sql = prepareAll(db, {
    clear: 'clear-starts',
    noted: rowsOf<{ begun: string }>('noted-starts'),
    start: 'start-execution',
  })
  transaction(db, () => {
    for (const { begun } of sql.noted.all()) {
      const numbers = JSON.parse(begun) as number[]
      for (let at = 0; at < numbers.length; at += 3) sql.start.run(...numbers.slice(at, at + 3))
    }
    sql.clear.run()
  })
  journals.delete(db)
}

function createStartJournal(db: DatabaseSync): StartJournal {
  const sql = prepareAll(db, {
    claimed: rowsOf<object>('is-claimed'),
    clear: 'clear-starts',
    held: rowsOf<{ held: number; claims: number }>('held-rows'),
    keep: 'keep-starts',
    start: 'start-execution',
  })
  const running = new Map<number, Start>()

  /** Nearly always all of them. */
  function claimed(rows: readonly Start[]): readonly Start[] {
    const { held, claims } = sql.held.get(JSON.stringify(rows.map((row) => row.seq)))!
    if (held === rows.length && claims === rows.reduce((sum, row) => sum + row.claimSeq, 0)) return rows
    return rows.filter(({ seq, claimSeq }) => sql.claimed.get(seq, claimSeq) !== undefined)
  }

  return {
    keep(rows) {
      const current = claimed(rows)
      if (current.length === 0) return []
      // Everything in the journal has ended.
      if (running.size === 0) sql.clear.run()
      sql.keep.run(JSON.stringify(current.flatMap(({ seq, claimSeq, startedAt }) => [seq, claimSeq, startedAt])))
      return current
    },
    begun(rows) {
      for (const row of rows) {
        // Told once more, because the answer to the first time was lost.
        if (running.get(row.seq)?.claimSeq !== row.claimSeq) running.set(row.seq, row)
      }
    },
    settled({ seq, claimSeq }) {
      if (running.get(seq)?.claimSeq === claimSeq) running.delete(seq)
    },
    show() {
      if (running.size === 0) return
      transaction(db, () => {
        for (const { seq, claimSeq, startedAt } of running.values()) sql.start.run(seq, claimSeq, startedAt)
        sql.clear.run()
      })
      running.clear()
    },
  }
}
