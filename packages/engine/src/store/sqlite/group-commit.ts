import type { DatabaseSync } from 'node:sqlite'
import { type Clock, systemClock } from '@rota/core'
import { transaction } from './database.ts'
import { startJournalOf } from './start-journal.ts'

/**
 * Does a piece of work as a transaction, or as its own part of one that it shares; answers once that is committed. What
 * the work throws undoes the work alone. `needs.starts`: it must see in the rows what has started.
 */
export type Commit = <T>(work: () => T, needs?: { starts: boolean }) => Promise<T>

/** Each piece of work at once, and alone. */
export function commitAlone(db: DatabaseSync): Commit {
  return async (work, { starts } = { starts: false }) => {
    if (starts) startJournalOf(db).show()
    return transaction(db, work)
  }
}

interface Part {
  work: () => unknown
  starts: boolean
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

/** What a part came to, told when all are durable. */
type Outcome = { value: unknown } | { error: unknown }

const MOST_PARTS = 500
/** How long a transaction takes in further parts: it holds up the engine's loop. */
const LONGEST_MS = 8

/**
 * Group commit: what is asked for in one turn of the loop becomes durable together. A commit waits for the disk as long
 * as a hundred changes take to be written, and while it waits the next hundred gather.
 */
export function createGroupCommit(db: DatabaseSync, clock: Clock = systemClock): Commit {
  const waiting: Part[] = []

  function flush(): void {
    if (waiting.some(({ starts }) => starts)) startJournalOf(db).show()
    const outcomes: Outcome[] = []
    try {
      if (waiting.length === 1) outcomes.push({ value: transaction(db, waiting[0]!.work) })
      else transaction(db, () => carryOut(db, { parts: waiting, outcomes, clock }))
      for (const [at, part] of waiting.splice(0, outcomes.length).entries()) tell(part, outcomes[at]!)
    } catch (error) {
      // The lone part has failed, or the store: then nothing is durable of what was tried, and the rest is tried next.
      for (const { reject } of waiting.splice(0, Math.max(outcomes.length, 1))) reject(error)
    }
    if (waiting.length > 0) setImmediate(flush)
  }

  return (work, { starts } = { starts: false }) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ work, starts, resolve, reject }) === 1) setImmediate(flush)
    })
}

/** The parts one after the other, each seeing those before it, until the time is up. */
function carryOut(
  db: DatabaseSync,
  { parts, outcomes, clock }: { parts: readonly Part[]; outcomes: Outcome[]; clock: Clock },
): void {
  const endsAt = clock.monotonic() + LONGEST_MS
  for (const { work } of parts.slice(0, MOST_PARTS)) {
    const outcome = partOf(db, work)
    outcomes.push(outcome)
    // A full disk has rolled back all of it (https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction).
    if (!db.isTransaction) throw (outcome as { error: unknown }).error
    if (clock.monotonic() > endsAt) return
  }
}

function partOf(db: DatabaseSync, work: () => unknown): Outcome {
  db.exec('SAVEPOINT part')
  try {
    const value = work()
    db.exec('RELEASE part')
    return { value }
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK TO part; RELEASE part')
    return { error }
  }
}

function tell({ resolve, reject }: Part, outcome: Outcome): void {
  if ('error' in outcome) reject(outcome.error)
  else resolve(outcome.value as never)
}
