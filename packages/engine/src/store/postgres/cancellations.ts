import type { Cancellations } from '../../ports/cancellations.ts'
import type { ExecutionStore } from '../../ports/executions.ts'
import type { Happening } from '../../ports/happenings.ts'
import type { Database, Session } from './database.ts'
import { storable } from './values.ts'

interface Wish {
  seq: number
  id: string | null
  reason: string
  ifUnstarted: number
  idle: boolean
}

/** Asks whoever has executions in hand to stop them. */
export function askToCancel(
  tx: Session,
  seqs: readonly number[],
  { reason, ifUnstarted, now }: { reason: string; ifUnstarted: boolean; now: number },
): void {
  if (seqs.length === 0) return
  void tx.run('ask-to-cancel', [seqs, seqs.map(() => storable(reason)), Number(ifUnstarted), now])
}

/** Wishes in a table of their own, which is empty nearly always: looking costs an instance nothing to speak of. */
export function createCancellations(db: Database, executions: ExecutionStore): Cancellations {
  return {
    async of(instanceId, now) {
      const wishes = await db.run<Wish>('cancellations', [instanceId])
      if (wishes.length === 0) return { wishes: [], happened: [] }
      const happened: Happening[] = []
      for (const { id, idle, reason } of wishes) {
        if (id !== null && idle) happened.push(...(await executions.cancelUnclaimed([id], now, reason)).happened)
      }
      const ended = wishes.filter((wish) => wish.id === null).map((wish) => wish.seq)
      if (ended.length > 0) await db.run('forget-cancellations', [ended])
      const inHand = wishes.filter((wish) => wish.id !== null && !wish.idle)
      return {
        wishes: inHand.map(({ seq, reason, ifUnstarted }) => ({ seq, reason, ifUnstarted: ifUnstarted === 1 })),
        happened,
      }
    },
  }
}
