import { randomUUID } from 'node:crypto'
import { type Clock, RotaError, say, type Timer } from '@rota/core'
import type { Cluster, Redis } from 'ioredis'
import type { Bus } from '../bus.ts'
import type { Address } from './address.ts'
import { Channels } from './channels.ts'
import { COMMAND_TIMEOUT_MS, commandsTo, listenerTo, memoryInfos, PATIENCE_AT_START_MS, publisherOf } from './driver.ts'
import { HotStateError, refusalOf } from './hot-state-error.ts'
import { countsItsKeys, type ScriptName } from './scripts.ts'

export interface LinkOptions {
  address: Address
  /** Begins every key and channel. */
  prefix: string
  clock: Clock
}

const BEAT_MS = 5_000
const BEAT_IN_TROUBLE_MS = 1_000
/** Characters on their way at most; what exceeds them is dropped, not queued. */
const MOST_OUTSTANDING = 4 * 1024 * 1024

const POLICY = 'maxmemory_policy:'

/**
 * Two connections to Redis, a server or a cluster: one for commands, one that listens. While it is away, hangs or must not
 * be used, calls fail at once; a look every second notices when it is back.
 */
export class RedisLink implements Bus {
  readonly #options: LinkOptions
  readonly #commands: Redis | Cluster
  readonly #channels: Channels
  /** Marks our own messages. */
  readonly #self = randomUUID().slice(0, 8)
  readonly #listeners: ((trouble: string | null) => void)[] = []
  #trouble: string | null = say`is being connected`
  #refusal: HotStateError | null = null
  #settled: (() => void) | null = null
  #beat: Timer | null = null
  #isLooking = false
  #isGathering = false
  #outstanding = 0
  #connects = 0
  #closed = false
  failures = 0
  dropped = 0

  constructor(options: LinkOptions) {
    this.#options = options
    const { clock, prefix, address } = options
    this.#commands = commandsTo(address)
    // Channels know no database numbers: those of two databases are told apart by their names.
    this.#channels = new Channels(listenerTo(address), {
      prefix: `${prefix}${address.db}:`,
      clock,
      onFailure: () => this.failures++,
    })
    this.#commands.on('ready', () => {
      this.#connects++
      this.#look()
    })
    // Of a cluster that none of its servers lets us into, the last one tells why.
    this.#commands.on('error', (error) => this.#failed((error as { lastNodeError?: Error }).lastNodeError ?? error))
    this.#commands.on('close', () => this.#setTrouble(this.#trouble ?? say`the connection was lost`))
  }

  /** Why it cannot be used; null while it can. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Not a cluster, whose scripts may touch keys of one slot only. */
  get isOneServer(): boolean {
    return !this.#options.address.isCluster
  }

  get reconnects(): number {
    return Math.max(this.#connects - 1, 0)
  }

  /**
   * Connects. Resolves when it can be used, or after two seconds without: then it goes on trying. Throws HotStateError
   * when no waiting would help.
   */
  async open(): Promise<void> {
    const { clock } = this.#options
    const settled = new Promise<void>((resolve) => {
      this.#settled = resolve
    })
    const timer = clock.after(PATIENCE_AT_START_MS, () => this.#settled?.())
    this.#commands.connect().catch(() => {})
    this.#channels.connect()
    await settled
    timer.cancel()
    this.#settled = null
    if (this.#refusal === null) return
    await this.close()
    throw this.#refusal
  }

  onTrouble(listener: (trouble: string | null) => void): void {
    this.#listeners.push(listener)
  }

  /** The name of a key; what stands in braces decides on its slot in a Redis Cluster. */
  key(name: string): string {
    return this.#options.prefix + name
  }

  /** Runs a script. Rejects with `unavailable` while the server is away. */
  async run<T>(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<T> {
    if (this.#trouble !== null) throw this.#unavailable()
    const call = (this.#commands as unknown as Record<ScriptName, (...args: unknown[]) => Promise<T>>)[script]
    try {
      this.#gather()
      const count = countsItsKeys(script) ? [keys.length] : []
      return await call.call(this.#commands, ...count, ...keys, ...args)
    } catch (error) {
      this.#failed(error)
      throw this.#unavailable()
    }
  }

  /** What is asked in one turn goes out in one piece: a call of the system for each costs more than all else about it. */
  #gather(): void {
    const { stream } = this.#commands as Partial<Redis>
    if (this.#isGathering || stream === undefined) return
    this.#isGathering = true
    stream.cork()
    process.nextTick(() => {
      this.#isGathering = false
      stream.uncork()
    })
  }

  publish(topic: string, text: string): void {
    if (this.#trouble !== null || this.#outstanding + text.length > MOST_OUTSTANDING) {
      this.dropped++
      return
    }
    this.#outstanding += text.length
    publisherOf(this.#commands)
      .publish(this.#channels.nameOf(topic), `${this.#self} ${text}`)
      .catch((error) => {
        this.dropped++
        this.#failed(error)
      })
      .finally(() => {
        this.#outstanding -= text.length
      })
  }

  subscribe(topic: string, listener: (text: string) => void, onReady?: () => void): () => void {
    const own = `${this.#self} `
    const hear = (message: string) => {
      if (!message.startsWith(own)) listener(message.slice(message.indexOf(' ') + 1))
    }
    return this.#channels.add(topic, { hear, onReady: onReady ?? (() => {}) })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#beat?.cancel()
    this.#channels.close()
    this.#commands.disconnect()
  }

  /** Asks whether the server answers and may be used, now and from then on. */
  #look(): void {
    this.#beat?.cancel()
    if (this.#isLooking || this.#closed || this.#commands.status !== 'ready') return
    this.#isLooking = true
    memoryInfos(this.#commands)
      .then(
        (infos) => this.#judge(infos),
        (error) => this.#failed(error),
      )
      .finally(() => {
        this.#isLooking = false
        if (this.#closed) return
        const pauseMs = this.#trouble === null ? BEAT_MS : BEAT_IN_TROUBLE_MS
        this.#beat?.cancel()
        this.#beat = this.#options.clock.after(pauseMs, () => this.#look())
      })
  }

  /** A server that evicts keys forgets who leads and what was published, without a word. */
  #judge(infos: readonly string[]): void {
    const policy = infos.map(policyIn).find((policy) => policy !== null && policy !== 'noeviction')
    if (policy === undefined) {
      this.#setTrouble(null)
      this.#settled?.()
      return
    }
    this.#refuse(
      new HotStateError(
        'unsuitable',
        say`Its maxmemory-policy is ${policy!}; set it to noeviction (CONFIG SET, and redis.conf).`,
      ),
    )
  }

  #failed(error: unknown): void {
    if (this.#closed) return
    this.failures++
    const refusal = refusalOf(error)
    if (refusal !== null) {
      this.#refuse(refusal)
      return
    }
    const { message } = error as Error
    this.#setTrouble(message === 'Command timed out' ? say`it did not answer within ${COMMAND_TIMEOUT_MS} ms` : message)
    // Does it hang, or was it one command? A look will tell.
    this.#look()
  }

  #refuse(refusal: HotStateError): void {
    this.#refusal = refusal
    this.#setTrouble(refusal.message)
    this.#settled?.()
  }

  #setTrouble(trouble: string | null): void {
    const hasChanged = (trouble === null) !== (this.#trouble === null)
    this.#trouble = trouble
    if (!hasChanged || this.#closed) return
    for (const listener of this.#listeners) listener(trouble)
  }

  #unavailable(): RotaError {
    return new RotaError('unavailable', say`Redis cannot be used: ${this.#trouble ?? say`it failed`}.`)
  }
}

function policyIn(info: string): string | null {
  const line = info.split('\r\n').find((line) => line.startsWith(POLICY))
  return line === undefined ? null : line.slice(POLICY.length)
}
