import type { Clock, Timer } from '@rota/core'
import type { ManualClock } from '../manual-clock.ts'

/** Calls armed without time passing that are taken for a loop that spins. */
const SPINNING = 10_000

/**
 * One run of a server process: its clock, and how it dies. After its death nothing that it left behind goes on: its
 * timers are gone, and what it still waits for never comes.
 */
export class SimProcess implements Clock {
  readonly #base: ManualClock
  readonly #timers = new Set<Timer>()
  readonly #onSpin: () => void
  #asleep: (() => unknown)[] | null = null
  #mourners: (() => void)[] = []
  #dead = false
  #armedAt = 0
  #armed = 0

  constructor(base: ManualClock, onSpin: () => void) {
    this.#base = base
    this.#onSpin = onSpin
  }

  get isDead(): boolean {
    return this.#dead
  }

  get isAwake(): boolean {
    return !this.#dead && this.#asleep === null
  }

  now(): number {
    return this.#base.now()
  }

  monotonic(): number {
    return this.#base.monotonic()
  }

  after(delayMs: number, fn: () => void): Timer {
    if (this.#dead) return { cancel: () => undefined }
    this.#countTurn()
    let isCancelled = false
    const timer = this.#base.after(delayMs, () => {
      this.#timers.delete(timer)
      // Its turn may come after a sleep, in which an earlier one of that moment cancels it.
      this.run(() => isCancelled || fn())
    })
    this.#timers.add(timer)
    return {
      cancel: () => {
        isCancelled = true
        this.#timers.delete(timer)
        timer.cancel()
      },
    }
  }

  /** Lets the process do something: now, when it wakes up, or never. */
  run(fn: () => unknown): void {
    if (this.#dead) return
    if (this.#asleep) this.#asleep.push(fn)
    else fn()
  }

  /** Stops it as SIGSTOP does: time goes on without it. */
  suspend(): void {
    this.#asleep ??= []
  }

  resume(): void {
    const missed = this.#asleep ?? []
    this.#asleep = null
    for (const fn of missed) this.run(fn)
  }

  /** Tells whoever would notice on another machine. */
  onDeath(listener: () => void): void {
    this.#mourners.push(listener)
  }

  kill(): void {
    this.#dead = true
    for (const listener of this.#mourners.splice(0)) listener()
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  #countTurn() {
    const at = this.#base.monotonic()
    this.#armed = at === this.#armedAt ? this.#armed + 1 : 1
    this.#armedAt = at
    if (this.#armed === SPINNING) this.#onSpin()
  }
}
