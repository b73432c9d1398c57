import type { Happening } from '../../ports/happenings.ts'
import { keptHappening } from '../happened.ts'
import type { Session } from './database.ts'
import { columnsOf, storableJson } from './values.ts'

/** Writes what happens into the outbox, with the transaction by which it does. */
export interface Telling {
  /** Keeps of these what a consumer wants. */
  keep(happened: readonly Happening[]): Promise<void>
}

/**
 * Begins to tell of a transaction. What consumers want is asked at once, so that the question travels with the first
 * statement, and does not change any more until the transaction ends: who wants something misses nothing from then on.
 */
export function telling(tx: Session): Telling {
  void tx.run('share-outbox')
  const asked = tx.run<{ kind: string }>('wanted-kinds')
  return {
    async keep(happened) {
      if (happened.length === 0) return
      const kinds = new Set((await asked).map((row) => row.kind))
      const wanted = happened.filter(({ kind }) => kinds.has(kind))
      if (wanted.length === 0) return
      const columns = columnsOf(wanted, [
        (it) => it.kind,
        (it) => it.id,
        (it) => it.tenantId,
        (it) => it.finishedAt,
        (it) => storableJson(JSON.stringify(keptHappening(it, null))),
        (it) => it.taskSeq,
      ])
      void tx.run('insert-happenings', columns)
    },
  }
}

/** As {@link telling}, for transactions in which something happens only now and then. */
export async function tell(tx: Session, happened: readonly Happening[]): Promise<void> {
  if (happened.length > 0) await telling(tx).keep(happened)
}
