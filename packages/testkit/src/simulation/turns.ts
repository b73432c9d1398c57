/**
 * The turns of the event loop, in the hands of the simulation: what the engine puts off to "the next turn" runs before
 * virtual time goes on, and the simulation knows when everything has come to rest.
 */
export interface Turns {
  /** Resolves when no promise and no turn is left to run. */
  settle(): Promise<void>
  /** Gives the loop back. */
  restore(): void
}

/** Takes `setImmediate` over, for this thread. Only one simulation may do so at a time. */
export function takeTurns(): Turns {
  const real = globalThis.setImmediate
  let queue: (() => void)[] = []
  const later = (fn: (...args: unknown[]) => void, ...args: unknown[]) => {
    queue.push(() => fn(...args))
    return {}
  }
  globalThis.setImmediate = later as unknown as typeof setImmediate

  return {
    async settle() {
      for (;;) {
        // A real turn: by then every promise that waits for nothing outside has settled.
        await new Promise<void>((resolve) => real(resolve))
        if (queue.length === 0) return
        const batch = queue
        queue = []
        for (const run of batch) run()
      }
    },
    restore() {
      globalThis.setImmediate = real
    },
  }
}
