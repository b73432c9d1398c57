import type { ExecutionStore, MemoryDisk, StoreParts } from '@rota/engine'

type Cancellations = NonNullable<StoreParts['cancellations']>

interface Wish {
  reason: string
  ifUnstarted: boolean
}

/** The table of wishes to stop what other instances have in hand, as the shared store keeps it. */
export class Wishes {
  readonly #disk: MemoryDisk
  readonly #wishes = new Map<number, Wish>()

  constructor(disk: MemoryDisk) {
    this.#disk = disk
  }

  /** A wish for good is not weakened by a later one. */
  ask(seqs: readonly number[], { reason, ifUnstarted }: Wish) {
    for (const seq of seqs) {
      const before = this.#wishes.get(seq)
      this.#wishes.set(seq, { reason, ifUnstarted: ifUnstarted && (before?.ifUnstarted ?? true) })
    }
  }

  /** Executions that are to be stopped, also where they have not begun: nobody claims them. */
  get seqs(): number[] {
    return [...this.#wishes.keys()]
  }

  /** What an instance is asked; `executions` ends what nobody has. */
  async of(instanceId: string, now: number, executions: ExecutionStore): ReturnType<Cancellations['of']> {
    const found: Awaited<ReturnType<Cancellations['of']>> = { wishes: [], happened: [] }
    for (const [seq, wish] of [...this.#wishes].sort(([a], [b]) => a - b)) {
      const [row] = this.#disk.select(
        `SELECT e.id, e.claimed_by AS claimedBy, i.id AS holder
         FROM executions e LEFT JOIN instances i ON i.seq = e.claimed_by WHERE e.seq = ?`,
        seq,
      )
      if (row === undefined) this.#wishes.delete(seq)
      else if (row.claimedBy === null) {
        const { happened } = await executions.cancelUnclaimed([row.id as string], now, wish.reason)
        found.happened.push(...happened)
      } else if (row.holder === instanceId) found.wishes.push({ seq, ...wish })
    }
    return found
  }
}
