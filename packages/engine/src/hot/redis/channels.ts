import type { Clock, Timer } from '@rota/core'
import type { Redis } from 'ioredis'

interface Listener {
  hear(message: string): void
  /** Called each time that the channel is heard (anew). */
  onReady(): void
}

interface ChannelsOptions {
  prefix: string
  clock: Clock
  onFailure: () => void
}

const BEAT_MS = 5_000

/** The channels that we listen to on one connection, again after each of its losses. */
export class Channels {
  readonly #redis: Redis
  readonly #options: ChannelsOptions
  readonly #listeners = new Map<string, Set<Listener>>()
  #beat: Timer | null = null
  #closed = false

  constructor(redis: Redis, options: ChannelsOptions) {
    this.#redis = redis
    this.#options = options
    redis.on('ready', () => {
      const names = [...this.#listeners.keys()]
      if (names.length > 0) this.#listen(names)
      this.#look()
    })
    redis.on('message', (channel, message) => {
      for (const listener of [...(this.#listeners.get(channel) ?? [])]) this.#tell(() => listener.hear(message))
    })
    // The connection for commands tells what is wrong.
    redis.on('error', () => {})
  }

  nameOf(topic: string): string {
    return this.#options.prefix + topic
  }

  connect(): void {
    this.#redis.connect().catch(() => {})
  }

  add(topic: string, listener: Listener): () => void {
    const name = this.nameOf(topic)
    const known = this.#listeners.get(name)
    const listeners = known ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    if (this.#redis.status === 'ready') {
      if (known === undefined) this.#listen([name])
      else queueMicrotask(() => listeners.has(listener) && this.#tell(listener.onReady))
    }
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0 || this.#listeners.get(name) !== listeners) return
      this.#listeners.delete(name)
      if (this.#redis.status === 'ready') this.#redis.unsubscribe(name).catch(this.#options.onFailure)
    }
  }

  close(): void {
    this.#closed = true
    this.#beat?.cancel()
    this.#listeners.clear()
    this.#redis.disconnect()
  }

  #listen(names: string[]): void {
    this.#redis.subscribe(...names).then(
      () => {
        for (const name of names) {
          for (const listener of [...(this.#listeners.get(name) ?? [])]) this.#tell(listener.onReady)
        }
      },
      () => {
        this.#options.onFailure()
        // Half heard is worse than not heard: begin again.
        if (!this.#closed && this.#redis.status === 'ready') this.#redis.disconnect(true)
      },
    )
  }

  /** A server that hangs, or vanished, is noticed although we only listen. */
  #look(): void {
    this.#beat?.cancel()
    this.#beat = this.#options.clock.after(BEAT_MS, () => {
      if (this.#closed || this.#redis.status !== 'ready') return
      this.#redis.ping().catch(this.#options.onFailure)
      this.#look()
    })
  }

  /** What somebody else sent must not bring us down. */
  #tell(act: () => void): void {
    try {
      act()
    } catch {
      this.#options.onFailure()
    }
  }
}
