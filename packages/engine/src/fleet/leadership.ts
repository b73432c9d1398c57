import type { Clock } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import type { Eras } from '../ports/eras.ts'
import type { LeaderTerms } from '../ports/leader-terms.ts'

export interface LeadershipOptions {
  clock: Clock
  role: string
  instanceId: string
  terms: LeaderTerms
  eras: Eras
  ttlMs: number
  emit: (event: EngineEvent) => void
}

/** Whether this instance does what only one is to do. */
export interface Leadership {
  /** Its term while it may believe to lead; null while it must not. */
  readonly term: number | null
  /** Begins or prolongs a term where that is possible. */
  claim(): Promise<number | null>
  /** Somebody has led in a later term: what this one wrote was refused. */
  overtaken(term: number): void
  resign(): Promise<void>
}

/**
 * Who leads believes so for two thirds of what the term lasts since it was asked for, by its own monotonic clock: it has
 * stopped before anybody else can begin. Should two lead all the same for a moment, what the earlier one writes is refused
 * by its term.
 */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { clock, role, instanceId, terms, eras, ttlMs, emit } = options
  let held: { term: number; until: number } | null = null
  /** The highest term heard of. */
  let floor = 0
  let hasFloor = false

  const current = () => (held !== null && clock.monotonic() < held.until ? held.term : null)

  function lead(term: number, askedAt: number) {
    const isNew = held?.term !== term
    held = { term, until: askedAt + (ttlMs * 2) / 3 }
    if (isNew) emit({ type: 'leader_changed', role, term, leads: true })
  }

  function follow(term: number) {
    if (held !== null) emit({ type: 'leader_changed', role, term, leads: false })
    held = null
  }

  /** Whether nobody has led in a term. A hot state that has gone back to an earlier moment gives the same once more. */
  async function isNew(term: number): Promise<boolean> {
    const kept = await eras.term()
    floor = Math.max(floor, kept)
    if (kept >= term) return false
    await eras.raiseTerm(term)
    return true
  }

  return {
    get term() {
      return current()
    },
    async claim() {
      if (!hasFloor) floor = Math.max(floor, await eras.term())
      hasFloor = true
      const askedAt = clock.monotonic()
      const answer = await terms.claim({ role, instanceId, ttlMs, floor })
      floor = Math.max(floor, answer.term)
      if (!answer.leads) {
        follow(answer.term)
        return null
      }
      if (answer.term !== held?.term && !(await isNew(answer.term))) {
        follow(floor)
        await terms.resign(role, instanceId)
        return null
      }
      lead(answer.term, askedAt)
      return current()
    },
    overtaken(term) {
      floor = Math.max(floor, term)
      follow(term)
    },
    async resign() {
      if (held === null) return
      held = null
      await terms.resign(role, instanceId)
    },
  }
}
