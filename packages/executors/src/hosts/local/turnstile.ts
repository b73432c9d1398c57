import type { Clock } from '@rota/core'

/** So long one turn of the event loop may take for what came at once. */
const TURN_MS = 5

/**
 * Lets through a few at a time: the first at once, the others, when many come in one turn of the event loop, in later
 * turns and in their order, so that whatever else there is to do comes between them.
 */
export class Turnstile {
  readonly #clock: Clock
  readonly #waiting: (() => void)[] = []
  #openUntil = 0
  #isTurning = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  pass(work: () => void): void {
    this.#turn()
    if (this.#waiting.length === 0 && this.#isOpen) work()
    else this.#waiting.push(work)
  }

  get #isOpen(): boolean {
    return this.#clock.monotonic() < this.#openUntil
  }

  #turn(): void {
    if (this.#isTurning) return
    this.#isTurning = true
    this.#openUntil = this.#clock.monotonic() + TURN_MS
    setImmediate(() => {
      this.#isTurning = false
      if (this.#waiting.length === 0) return
      this.#turn()
      let count = 0
      while (count < this.#waiting.length && this.#isOpen) this.#waiting[count++]!()
      this.#waiting.splice(0, count)
    })
  }
}
