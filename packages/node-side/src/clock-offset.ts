/** What passes for the same: less is the network's doing. */
const NEGLIGIBLE_MS = 50

/**
 * How far the server's clock is from this machine's, in ms to be added to instants of this one. It is taken from answers
 * that tell the server's time, as of the middle between question and answer (RFC 5905 §8), and moves only by more than
 * the way there and back leaves open, so that lines keep their order.
 */
export class ClockOffset {
  #ms = 0
  #isKnown = false

  /** Null as long as no server has told its time. */
  get known(): number | null {
    return this.#isKnown ? this.#ms : null
  }

  get ms(): number {
    return this.#ms
  }

  /** `serverAt`: the server's time in its answer; the question was asked at `askedAt`, and answered at `answeredAt`. */
  learn(serverAt: number, askedAt: number, answeredAt: number): void {
    const wayMs = Math.max(0, answeredAt - askedAt)
    const offsetMs = Math.round(serverAt - (answeredAt - wayMs / 2))
    if (this.#isKnown && Math.abs(offsetMs - this.#ms) <= Math.max(NEGLIGIBLE_MS, wayMs)) return
    this.#ms = Math.abs(offsetMs) <= NEGLIGIBLE_MS ? 0 : offsetMs
    this.#isKnown = true
  }
}
