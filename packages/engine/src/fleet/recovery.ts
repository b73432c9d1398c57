import type { Clock } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import type { Era, Eras } from '../ports/eras.ts'
import type { KnownNode } from '../ports/registry.ts'
import type { Reservations } from '../ports/reservations.ts'

export interface RecoveryOptions {
  clock: Clock
  eras: Eras
  reservations: Pick<Reservations, 'era' | 'setEra'>
  nodes: ReadonlyMap<string, KnownNode>
  /** Reads which nodes have come elsewhere. */
  refresh: () => Promise<void>
  /** How long those that are not back are waited for. */
  patienceMs: number
  emit: (event: EngineEvent) => void
}

/** So many of the nodes that were there must be back for the recovery to be over. */
const SHARE_BACK = 0.95

export interface Recovery {
  /** Whether the hot state has forgotten the nodes and not all of them have told again what they do. */
  readonly isRecovering: boolean
  /** Whether the hot state cannot be asked. */
  readonly isAway: boolean
  /** Looks whether the hot state remembers, and begins a new era where it does not. */
  look(): Promise<void>
  /**
   * The era as it is now, after a look that began no sooner than this call: whoever registers a node by what was known a
   * moment ago would have it drop what it runs. Rejects with `unavailable` while the hot state is away.
   */
  current(): Promise<number>
}

/**
 * Notices that the hot state has lost its memory, by an era that it does not know: then the next one begins, whose fences
 * are above all that were given before, and nobody is judged until nearly all nodes have registered again or none of the
 * others can be expected any more.
 */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { clock, eras, reservations, nodes, patienceMs, emit } = options
  let kept: Era | null = null
  let isAway = false

  async function heardEra(): Promise<number | null> {
    try {
      const era = await reservations.era()
      isAway = false
      return era
    } catch (error) {
      isAway = true
      throw error
    }
  }

  async function begin(known: Era | null): Promise<void> {
    // Also those that have come to others a moment ago: they are waited for, or they would have to drop what they run.
    await options.refresh()
    const now = clock.now()
    const hasNodes = [...nodes.values()].some(({ state }) => state !== 'offline')
    const next: Era = {
      era: (known?.era ?? 0) + 1,
      beganAt: now,
      recoveringUntil: hasNodes ? now + patienceMs : null,
    }
    const isOurs = await eras.begin(next, known)
    kept = isOurs ? next : await eras.current()
    if (isOurs && known !== null) emit({ type: 'era_began', era: next.era })
  }

  /** The look under way, and the one that those wait for who came after it had begun. */
  let looking: Promise<void> | null = null
  let next: Promise<void> | null = null

  function lookAnew(): Promise<void> {
    if (looking === null) {
      looking = look().finally(() => {
        looking = null
      })
      return looking
    }
    next ??= looking
      .catch(() => undefined)
      .then(() => {
        next = null
        return lookAnew()
      })
    return next
  }

  async function look(): Promise<void> {
    kept = await eras.current()
    const heard = await heardEra()
    if (kept === null || heard === null || heard < kept.era) {
      // Somebody else may just have begun one, and be about to say so.
      const isBegun = kept !== null && heard !== null && kept.recoveringUntil !== null
      if (!isBegun) await begin(kept)
      await reservations.setEra(kept!.era)
    }
    await endRecovery()
  }

  async function endRecovery() {
    if (kept === null || kept.recoveringUntil === null) return
    const { era, beganAt, recoveringUntil } = kept
    const expected = [...nodes.values()].filter(({ state }) => state !== 'offline')
    const back = expected.filter(({ registeredAt }) => registeredAt > beganAt).length
    if (clock.now() < recoveringUntil && back < expected.length * SHARE_BACK) return
    await eras.recovered(era)
    kept = { ...kept, recoveringUntil: null }
    emit({ type: 'era_recovered', era, back, expected: expected.length })
  }

  return {
    get isRecovering() {
      return kept !== null && kept.recoveringUntil !== null && clock.now() < kept.recoveringUntil
    },
    get isAway() {
      return isAway
    },
    look: lookAnew,
    async current() {
      await lookAnew()
      return kept!.era
    },
  }
}
