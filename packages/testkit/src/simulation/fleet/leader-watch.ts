import type { HotParts } from '@rota/engine'

type Terms = HotParts['leaderTerms']

/** Sees who leads in which term, and that whoever has led before is not heard any more. */
export class LeaderWatch {
  readonly #complain: (what: string) => void
  readonly #leaders = new Map<string, string>()
  /** The highest term that has changed a node's state. */
  readonly #terms = new Map<string, number>()

  constructor(complain: (what: string) => void) {
    this.#complain = complain
  }

  done(call: string, parameters: readonly unknown[], answer: unknown, instance: number) {
    if (call === 'claim') {
      const [{ role, instanceId }] = parameters as Parameters<Terms['claim']>
      const { leads, term } = answer as Awaited<ReturnType<Terms['claim']>>
      const key = `${role} ${term}`
      const leader = this.#leaders.get(key)
      if (!leads) return
      if (leader !== undefined && leader !== instanceId) this.#complain(`two lead ${role} in term ${term}`)
      this.#leaders.set(key, instanceId)
    }
    if (call === 'setState') {
      const [node, , , term] = parameters as Parameters<HotParts['reservations']['setState']>
      if (term === null || answer !== true) return
      const highest = this.#terms.get(node) ?? 0
      if (term < highest) this.#complain(`instance ${instance} moves ${node} in term ${term}, after one of ${highest}`)
      this.#terms.set(node, Math.max(highest, term))
    }
  }

  /** What a state that has forgotten answers is checked by what it knows. */
  forgot() {
    this.#terms.clear()
  }
}
