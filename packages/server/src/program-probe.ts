import type { Clock, Timer } from '@rota/core'

const USUAL_PAUSE_MS = 30_000
/** While programs cannot start, and after one could not. */
const WORRIED_PAUSE_MS = 5_000
const SOON_MS = 250

export interface ProgramProbeOptions {
  clock: Clock
  /** Starts a program that does nothing; resolves to why it could not be started, or null. */
  probe: () => Promise<string | null>
  /** Told when programs cannot start any more, and with null when they can again. */
  onChange: (trouble: string | null) => void
}

/** Knows whether programs can be started here, by starting one now and then. */
export class ProgramProbe {
  readonly #options: ProgramProbeOptions
  #timer: Timer | null = null
  #isProbing = false
  #isStopped = false
  /** Why programs cannot be started; null while they can. */
  trouble: string | null = null

  constructor(options: ProgramProbeOptions) {
    this.#options = options
  }

  /** Looks for the first time, and from then on by itself. */
  async start(): Promise<void> {
    await this.#look()
  }

  /** A program could not be started: perhaps none can. */
  onStartFailed(): void {
    if (this.trouble === null && !this.#isProbing) this.#lookIn(SOON_MS)
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  #lookIn(delayMs: number): void {
    this.#timer?.cancel()
    if (!this.#isStopped) this.#timer = this.#options.clock.after(delayMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    this.#isProbing = true
    const before = this.trouble
    this.trouble = await this.#options.probe()
    this.#isProbing = false
    if (this.trouble !== before && !this.#isStopped) this.#options.onChange(this.trouble)
    this.#lookIn(this.trouble === null ? USUAL_PAUSE_MS : WORRIED_PAUSE_MS)
  }
}
