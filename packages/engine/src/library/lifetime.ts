import { type Clock, RotaError } from '@rota/core'
import type { Engine } from '../api/engine.ts'
import type { Store } from '../store/store.ts'

/** A scheduler's open store and the engine on it. */
export interface Running {
  store: Store
  engine: Engine
}

export interface LifetimeOptions {
  clock: Clock
  open(): Promise<Running>
  /** Saves what the program has declared, and starts the engine. */
  begin(running: Running): Promise<void>
  /** Ends what the program's own functions do beside the engine. */
  part(): Promise<unknown>
}

/** From the opening of a scheduler's store to its closing; each happens once. */
export class Lifetime {
  readonly #options: LifetimeOptions
  #opening: Promise<Running> | null = null
  #running: Running | null = null
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  /** The last of the schedules that are being saved while the scheduler runs. */
  #saving: Promise<unknown> = Promise.resolve()

  constructor(options: LifetimeOptions) {
    this.#options = options
  }

  /** The store is opened by whoever comes first: a job may be submitted before the start. */
  async open(): Promise<Engine> {
    return (await this.#open()).engine
  }

  start(): Promise<void> {
    this.#starting ??= this.#begin()
    return this.#starting
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= Promise.allSettled([this.#opening, this.#starting, this.#saving]).then(() =>
      this.#close(graceMs),
    )
    return this.#stopping
  }

  /** The engine once all that was declared so far is saved. Throws `conflict` before the start; `name` is who asks. */
  async saved(name: string): Promise<Engine> {
    if (this.#starting === null) {
      throw new RotaError('conflict', `Start the scheduler first: ${name} is not saved yet.`)
    }
    await this.#starting
    await this.#saving
    return this.open()
  }

  /** Saves what was declared after the start, in turn. */
  saveLate(save: (engine: Engine) => Promise<unknown>, onError: (error: unknown) => void): void {
    if (this.#starting === null || this.#stopping !== null) return
    this.#saving = Promise.allSettled([this.#starting, this.#saving])
      .then(async () => this.#running && save(this.#running.engine))
      .catch(onError)
  }

  /** Throws `conflict` before the store is open. */
  get engine(): Engine {
    if (this.#running) return this.#running.engine
    throw new RotaError('conflict', 'The scheduler has no engine before start().')
  }

  #open(): Promise<Running> {
    if (this.#stopping) return Promise.reject(new RotaError('conflict', 'The scheduler was stopped. Create a new one.'))
    this.#opening ??= this.#options.open().then((running) => {
      this.#running = running
      return running
    })
    return this.#opening
  }

  async #begin() {
    try {
      await this.#options.begin(await this.#open())
    } catch (error) {
      // What is open would keep the program from ending. A stop that waits for the start closes it by itself.
      if (this.#stopping === null) {
        this.#stopping = this.#close(0)
        await this.#stopping
      }
      throw error
    }
  }

  async #close(graceMs: number) {
    // Nothing was opened, or it could not be.
    if (this.#running === null) return
    const { store, engine } = this.#running
    await this.#within(graceMs, this.#options.part())
    await engine.stop({ graceMs })
    await store.close()
  }

  /** Waits for something that a user's function may hold up, but not for ever. */
  #within(ms: number, work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(ms, () => resolve())
      void work.then(() => {
        timer.cancel()
        resolve()
      })
    })
  }
}
