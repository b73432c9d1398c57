import type { Clock, SkipReason } from '@rota/core'
import { type Claimed, UNSEEN } from '../ports/executions.ts'
import type { Completer } from './completer.ts'
import type { Hand, Held } from './hand.ts'
import type { createLateWaiters } from './late-waiters.ts'
import { isUnderWay } from './stages.ts'

export interface PartingOptions {
  clock: Clock
  hand: Hand
  completer: Completer
  lateWaiters: ReturnType<typeof createLateWaiters>
}

/** The ways in which what was claimed leaves this instance's hands without having begun. */
export interface Parting {
  /** The store knows already where it is. */
  forget(held: Held): void
  /** It is ended: it has waited beyond its grace time. */
  skip(held: Held, reason: SkipReason): void
  /** It is ended with an error before it was taken in hand. */
  fail(row: Claimed, error: string): void
  /** It is ended: nobody would run it within the time that it may wait. */
  giveUp(held: Held, error: string): void
  /** It goes back for anybody to claim. */
  giveBack(row: Claimed): void
  /** Everything in hand that has not started goes back. */
  giveBackAll(): void
  /** How often everything was given back: what was claimed before counts no longer, also when its answer comes after. */
  readonly surrenders: number
  /** It is cancelled; false when it is not in hand, or has started. */
  cancelUnstarted(seq: number, reason: string): boolean
  /** Forgets what was removed from the store. */
  drop(seqs: Iterable<number>): void
}

export function createParting({ clock, hand, completer, lateWaiters }: PartingOptions): Parting {
  let surrenders = 0

  function endOf({ seq, claimSeq }: Claimed) {
    return { ...UNSEEN, kind: 'finish', seq, claimSeq, finishedAt: clock.now() } as const
  }

  function unstarted(seq: number): Held | undefined {
    const held = hand.get(seq)
    return held !== undefined && isUnderWay(held.stage) ? undefined : held
  }

  function forget(held: Held) {
    hand.leave(held)
    lateWaiters.forget(held)
  }

  function giveBack({ seq, claimSeq }: Claimed) {
    completer.settle({ kind: 'give_back', seq, claimSeq })
  }

  return {
    forget,
    skip(held, reason) {
      forget(held)
      completer.settle({ ...endOf(held.row), status: 'skipped', reason })
    },
    fail(row, error) {
      completer.settle({ ...endOf(row), status: 'failed', failure: 'error', error })
    },
    giveUp(held, error) {
      forget(held)
      completer.settle({ ...endOf(held.row), status: 'failed', failure: 'dispatch', error })
    },
    giveBack,
    giveBackAll() {
      surrenders++
      for (const held of hand.unstarted()) {
        forget(held)
        giveBack(held.row)
      }
    },
    get surrenders() {
      return surrenders
    },
    cancelUnstarted(seq, reason) {
      const held = unstarted(seq)
      if (held === undefined) return false
      forget(held)
      completer.settle({ ...endOf(held.row), status: 'cancelled', reason })
      return true
    },
    drop(seqs) {
      for (const seq of seqs) {
        const held = unstarted(seq)
        if (held !== undefined) forget(held)
      }
    },
  }
}
