import type { HotParts } from '@rota/engine'

/** Sees who leads in which term, and that whoever has led before is not heard any more. */
export class LeaderWatch {
  readonly #complain: (what: string) => void
  readonly #leaders = new Map<string, string>()
  /** The highest term that has changed a node's state. */
  readonly #terms = new Map<string, number>()

  constructor(complain: (what: string) => void) {
    this.#complain = complain
  }

  /** An instance believes to lead. */
  leads(instanceId: string, role: string, term: number) {
    const key = `${role} ${term}`
    const leader = this.#leaders.get(key)
    if (leader !== undefined && leader !== instanceId) this.#complain(`two lead ${role} in term ${term}`)
    this.#leaders.set(key, instanceId)
  }

  /** The state of a node was changed, or not. */
  moved([node, , , term]: Parameters<HotParts['reservations']['setState']>, isDone: boolean) {
    if (term === null || !isDone) return
    const highest = this.#terms.get(node) ?? 0
    if (term < highest) this.#complain(`a leader moves ${node} in term ${term}, after one of ${highest}`)
    this.#terms.set(node, Math.max(highest, term))
  }

  /** What a state that has forgotten answers is checked by what it knows. */
  forgot() {
    this.#terms.clear()
  }
}
