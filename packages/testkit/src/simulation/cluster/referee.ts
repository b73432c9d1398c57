import type {
  ClaimRequest,
  ClaimResult,
  InstanceRecord,
  MemoryDisk,
  SaveOptions,
  Settlement,
  SettleResult,
  TaskRow,
} from '@rota/engine'
import type { Leases } from './leases.ts'
import type { StoreWatch } from './shared-store.ts'

export interface RefereeOptions {
  disk: MemoryDisk
  leases: Leases
  /** The true time. */
  now: () => number
  /** Clocks of instances differ from it by at most so much. */
  toleranceMs: number
  /** Whether claims are so small that their order shows. */
  checksOrder: boolean
  /** Whether an execution is to be stopped: nobody claims it, wherever it stands. */
  isUnwanted: (seq: number) => boolean
  complain: (what: string) => void
  /** Told that a task was changed for good; `at` is the instant that the change goes by. */
  onChanged: (taskId: string, at: number) => void
  /** Told of executions that were removed although somebody had claimed them. */
  onDropped: (ids: string[]) => void
}

interface HeldRow {
  seq: number
  id: string
  claimSeq: number
  state: number
  holder: string | null
}

/** Between the instances and the store: sees who asks for what, and whether the store was right to do it. */
export class Referee {
  readonly #options: RefereeOptions
  /** Words that were accepted: said again, because the answer was lost, they count as what they are. */
  readonly #accepted = new Set<string>()

  constructor(options: RefereeOptions) {
    this.#options = options
  }

  /** The watch over the calls of one process. */
  watch(instanceId: () => string): StoreWatch {
    const watches: Record<string, (parameters: never[]) => ((answer: never) => void) | undefined> = {
      heartbeat: ([{ id }, until]: [InstanceRecord, number]) => {
        const { leases, now } = this.#options
        leases.renewed(id, until, now())
        return undefined
      },
      settle: ([settlements]: [Settlement[]]) => this.#settle(settlements, instanceId()),
      claim: ([request]: [ClaimRequest]) => this.#claim(request),
      save: ([row, options]: [TaskRow, SaveOptions]) => this.#save(row, options),
    } as never
    return { before: (call, parameters) => watches[call]?.(parameters as never) as never }
  }

  /** A result counts once, from whoever holds the execution; others may end it only when the holder has no lease. */
  #settle(settlements: Settlement[], by: string) {
    const { leases, complain, toleranceMs } = this.#options
    const before = this.#rows(settlements.map((it) => it.seq))
    const now = this.#options.now()
    return ({ fenced }: SettleResult) => {
      const refused = new Set(fenced)
      const named = Map.groupBy(settlements, (it) => it.seq)
      for (const { seq, claimSeq, kind } of settlements) {
        const row = before.get(seq)
        const word = `${by} ${kind} ${seq} ${claimSeq}`
        const isCurrent = row?.claimSeq === claimSeq && row.state >= 3
        // One of several words about it was refused; which one, nobody says.
        if (refused.has(seq) && named.get(seq)!.length > 1) continue
        if (refused.has(seq)) {
          if (isCurrent) complain(`the holder's word on ${row.id} is refused`)
          continue
        }
        if (!isCurrent && this.#accepted.has(word)) continue
        this.#accepted.add(word)
        if (row === undefined) complain(`${kind} of ${seq} is accepted, which is gone`)
        else if (!isCurrent) complain(`${kind} of ${row.id} is accepted from a late holder`)
        else if (row.holder !== by && leases.isValid(row.holder ?? '', now + toleranceMs)) {
          complain(`${row.id} is taken (${kind}) from a holder whose lease lasts`)
        }
      }
    }
  }

  /** First in rank first: whoever is passed over is in somebody else's hands. */
  #claim({ until, fromRank = Number.MIN_SAFE_INTEGER }: ClaimRequest) {
    const { disk, complain, checksOrder, isUnwanted } = this.#options
    if (!checksOrder) return undefined
    const sql = 'SELECT seq, id, rank FROM executions WHERE state = 1 AND run_at < ? AND rank >= ?'
    const found = disk.select(sql, until, fromRank) as { seq: number; id: string; rank: number }[]
    const ready = found.filter((row) => !isUnwanted(row.seq))
    return ({ claimed }: ClaimResult) => {
      const last = claimed.at(-1)
      if (last === undefined) return
      const outranked = ready.filter((row) => row.rank < last.rank)
      for (const { id, seq } of outranked) {
        const [row] = disk.select('SELECT state FROM executions WHERE seq = ?', seq)
        if (row?.state === 1) complain(`${id} is passed over by a claim of ${last.id}`)
      }
    }
  }

  #save(row: TaskRow, options: SaveOptions) {
    const { disk, onChanged, onDropped } = this.#options
    const held = disk.select('SELECT id, seq FROM executions WHERE task_seq = ? AND state = 3', row.seq)
    return ({ dropped }: { dropped: number[] }) => {
      onDropped(held.filter(({ seq }) => dropped.includes(seq as number)).map(({ id }) => id as string))
      onChanged(row.id, options.now)
    }
  }

  #rows(seqs: readonly number[]): Map<number, HeldRow> {
    const rows = this.#options.disk.select(
      `SELECT e.seq, e.id, e.claim_seq AS claimSeq, e.state, i.id AS holder
       FROM executions e LEFT JOIN instances i ON i.seq = e.claimed_by WHERE e.seq IN (${seqs.join(', ')})`,
    ) as unknown as HeldRow[]
    return new Map(rows.map((row) => [row.seq, row]))
  }
}
