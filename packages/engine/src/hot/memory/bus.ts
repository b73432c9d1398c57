import type { Bus } from '../bus.ts'

type Listener = (text: string) => void

/** Joins instances within one process. */
export class MemorySwitch {
  readonly #topics = new Map<string, Map<Listener, object>>()

  /** A bus of one instance; what it publishes comes to all others, each time in a later turn. */
  join(): Bus {
    const self = {}
    return {
      publish: (topic, text) =>
        queueMicrotask(() => {
          for (const [listener, owner] of [...(this.#topics.get(topic) ?? [])]) if (owner !== self) tell(listener, text)
        }),
      subscribe: (topic, listener, onReady) => {
        // The same function may listen twice.
        const own: Listener = (text) => listener(text)
        const listeners = this.#topics.get(topic) ?? new Map<Listener, object>()
        this.#topics.set(topic, listeners.set(own, self))
        if (onReady !== undefined) queueMicrotask(() => listeners.has(own) && tell(onReady, ''))
        return () => {
          listeners.delete(own)
          if (listeners.size === 0 && this.#topics.get(topic) === listeners) this.#topics.delete(topic)
        }
      },
    }
  }
}

/** One that throws keeps nothing from the others. */
function tell(listener: Listener, text: string) {
  try {
    listener(text)
  } catch {}
}
