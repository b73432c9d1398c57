import type { Outbox } from '../../ports/outbox.ts'
import { createOutbox, type OutboxParts } from '../outbox.ts'
import type { Database } from './database.ts'

/** Entries that get their numbers in one transaction. */
const BATCH = 5_000
/** Transactions that are about to end something wait no longer than this for a consumer that is being added. */
const LOCK_TIMEOUT_MS = 500

/**
 * The outbox in PostgreSQL. Transactions of one moment are committed in any order, so that a reader which goes by numbers
 * given while they are written would pass some over: an entry gets its number when it can be seen.
 */
export function createPostgresOutbox(db: Database, access: Pick<OutboxParts, 'kysely' | 'runBatch'>): Outbox {
  async function number(): Promise<void> {
    const [look] = await db.run<{ some: boolean }>('unnumbered')
    let isMore = look!.some
    while (isMore) {
      isMore = await db.transaction(async (tx) => {
        const [may] = await tx.run<{ isAlone: boolean }>('try-numbering')
        if (!may!.isAlone) return false
        const [done] = await tx.run<{ count: number }>('number-happenings', [BATCH])
        return done!.count === BATCH
      })
    }
  }

  const want: Outbox['want'] = async (consumer, kinds, now) => {
    await number()
    await db.transaction(async (tx) => {
      void tx.run('wait-briefly', [String(LOCK_TIMEOUT_MS)])
      // Waited for, so that it is this which fails, and not what would follow.
      await tx.run('change-wants')
      await tx.run('want-happenings', [consumer, JSON.stringify(kinds), now])
    })
  }

  return createOutbox({ ...access, want, number })
}
