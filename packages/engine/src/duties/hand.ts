import type { Claimed } from '../ports/executions.ts'
import type { Place, Shortage } from '../ports/placer.ts'
import type { Work } from '../work.ts'
import { isUnderWay, STAGES, type Stage } from './stages.ts'

/** A claimed execution in this instance's hands. */
export interface Held {
  readonly row: Claimed
  readonly work: Work
  readonly stage: Stage
  /** The room it has, from when it has it until its attempt is over. */
  place: Place | null
  /** What it lacks while it waits. */
  shortage: Shortage | null
  /** It is among those that may merge into a later occurrence (`late-waiters.ts`). */
  isLateWaiter: boolean
}

/** Gives its room to others; harmless when it has none. */
export function releasePlace(held: Held): void {
  const { place } = held
  held.place = null
  place?.release()
}

/** Everything that this instance has in hand, each in one stage. Only here does anything move from one to another. */
export interface Hand {
  /** Takes a claimed execution. */
  take(row: Claimed, work: Work): Held
  /** Throws when there is no way from its stage to that one. */
  move(held: Held, to: Stage): void
  /** It is in other hands, or in nobody's. A row may have come into ours again under a later claim, which stays. */
  leave(held: Held): void
  get(seq: number): Held | undefined
  /** Executions whose attempts have not begun. */
  unstarted(): Held[]
  /** Executions whose attempts are under way. */
  underWay(): Held[]
  find(id: string): Held | undefined
  /** What is in hand, and what may be by the store's word, whose answer is awaited. */
  seqs(): Set<number>
  /** Rows that the store is asked for, until it is known what became of them. */
  readonly expected: Set<number>
  readonly unstartedCount: number
  readonly underWayCount: number
}

export function createHand(): Hand {
  const bySeq = new Map<number, Held>()
  const expected = new Set<number>()
  let unstarted = 0
  let underWay = 0

  function setStage(held: Held, to: Stage) {
    ;(held as { stage: Stage }).stage = to
  }

  function move(held: Held, to: Stage) {
    const from = held.stage
    if (!STAGES[from].leads.includes(to)) throw new Error(`an execution that is ${from} cannot be ${to} next`)
    setStage(held, to)
    if (isUnderWay(from) || !isUnderWay(to)) return
    unstarted--
    underWay++
  }

  return {
    take(row, work) {
      const held: Held = { row, work, stage: 'held', place: null, shortage: null, isLateWaiter: false }
      bySeq.set(row.seq, held)
      unstarted++
      return held
    },
    move,
    leave(held) {
      const from = held.stage
      if (from === 'gone') return
      setStage(held, 'gone')
      if (isUnderWay(from)) underWay--
      else unstarted--
      if (bySeq.get(held.row.seq) === held) bySeq.delete(held.row.seq)
    },
    get: (seq) => bySeq.get(seq),
    unstarted: () => [...bySeq.values()].filter((held) => !isUnderWay(held.stage)),
    underWay: () => [...bySeq.values()].filter((held) => isUnderWay(held.stage)),
    find(id) {
      for (const held of bySeq.values()) if (held.row.id === id) return held
      return undefined
    },
    seqs: () => new Set([...bySeq.keys(), ...expected]),
    expected,
    get unstartedCount() {
      return unstarted
    },
    get underWayCount() {
      return underWay
    },
  }
}
