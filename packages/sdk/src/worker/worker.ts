import { randomBytes } from 'node:crypto'
import { hostname, platform } from 'node:os'
import {
  type Clock,
  type Json,
  type NodeFacts,
  type Order,
  RotaError,
  say,
  systemClock,
  withoutTrailing,
} from '@rota/core'
import type { Carrier, NodeTold, RotaNode } from '@rota/node-side'
import manifest from '../../package.json' with { type: 'json' }
import { UnreachableError } from '../api-error.ts'
import type { WorkContext } from './context.ts'
import { FunctionCall, type WorkFunction } from './function-call.ts'
import { joinServer, readIdentity, type WorkerIdentity, writeIdentity } from './identity.ts'

export interface WorkerOptions {
  /** Where the server is, e.g. `https://rota.example`. */
  url: string
  /** A join token, for the first start; later ones go by what `keyFile` holds. */
  token?: string | undefined
  /** Keeps who the worker is. Without it every start joins anew, which takes a token that may be used as often. */
  keyFile?: string | undefined
  /** Its name among the nodes, of which its id is made. Default: that of the host with `-worker`. */
  name?: string | undefined
  pools?: readonly string[] | undefined
  labels?: Readonly<Record<string, string>> | undefined
  /** Calls at once, of all functions together. Default: the sum of theirs. */
  capacity?: number | undefined
  /** Told what becomes of the connection, for a log. */
  onEvent?: ((event: NodeTold | { kind: 'cannot_join'; why: string; retryMs: number }) => void) | undefined
  fetch?: typeof fetch | undefined
  clock?: Clock | undefined
}

export interface HandleOptions<Input> {
  /** Calls at once. Default 1. */
  concurrency?: number
  /** Makes the input of what was given, or throws: then the attempt fails by that. For example `schema.parse`. */
  parse?: (value: unknown) => Input
}

interface Handled {
  fn: WorkFunction
  concurrency: number
  parse: (value: unknown) => unknown
  running: number
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** Log that is kept while no server can be reached. */
const SPOOL_BYTES = 4 * 1_048_576
const LINES_PER_FRAME = 2_000
const VALID_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,199}$/

/** A program of one's own as a node: tasks of type `handler` call its functions. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #clock: Clock
  readonly #handled = new Map<string, Handled>()
  readonly #stopped = new AbortController()
  #node: RotaNode | null = null
  #started: Promise<void> | null = null

  constructor(options: WorkerOptions) {
    this.#options = { ...options, url: withoutTrailing(options.url, '/') }
    this.#clock = options.clock ?? systemClock
  }

  /**
   * Offers a function by name. Its input is the task's named parameters, what it returns the execution's result, what it
   * throws its failure. Throws RotaError `invalid` for a malformed name and `conflict` for one that is taken, or when the
   * worker has started.
   */
  handle<Input = Record<string, Json>, Output = unknown>(
    name: string,
    fn: (input: Input, context: WorkContext) => Output | Promise<Output>,
    { concurrency = 1, parse = (value) => value as Input }: HandleOptions<Input> = {},
  ): this {
    if (!VALID_NAME.test(name)) {
      throw new RotaError(
        'invalid',
        say`Handler name ${JSON.stringify(name)} must be 1 to 200 letters, digits, or any of _ . : / -, and begin with a letter, digit or _.`,
      )
    }
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new RotaError('invalid', say`The concurrency of ${name} must be a whole number above 0.`)
    }
    if (this.#handled.has(name)) throw new RotaError('conflict', say`There is already a handler ${name}.`)
    if (this.#started !== null) throw new RotaError('conflict', say`The worker has started; offer ${name} before that.`)
    this.#handled.set(name, { fn: fn as WorkFunction, concurrency, parse, running: 0 })
    return this
  }

  /**
   * Joins, and keeps its connection from then on. Resolves when it has joined; waits for a server that is away. Rejects
   * with an {@link ApiError} when the server says no.
   */
  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  /** Resolves with why no server will have it any more; rejects as {@link start} does. */
  async ended(): Promise<string> {
    await this.start()
    const end = await this.#node!.ended
    return end.kind === 'turned_away' ? end.turned.why : end.closed.why
  }

  /** Takes nothing new, waits for what runs, and aborts the rest after `graceMs`. */
  async stop({ graceMs = 30_000 }: { graceMs?: number } = {}): Promise<void> {
    this.#stopped.abort()
    await this.#started?.catch(() => undefined)
    await this.#node?.stop({ graceMs, reason: say`The worker was stopped.` })
  }

  async #start(): Promise<void> {
    if (this.#handled.size === 0) throw new RotaError('invalid', say`A worker needs a function: call handle() first.`)
    // Loaded here, so that whoever only asks a server does not pay for it.
    const { dialWebSocket, memorySpools, RotaNode } = await import('@rota/node-side')
    const facts = this.#facts()
    let identity = await this.#identity(facts)
    const { keyFile, url, onEvent } = this.#options
    this.#node = new RotaNode({
      facts: { ...facts, id: identity.nodeId },
      dial: dialWebSocket({ url, key: () => identity.key, userAgent: `rota-sdk/${manifest.version}` }),
      carrier: this.#carrier(),
      clock: this.#clock,
      session: randomBytes(16).toString('hex'),
      spools: memorySpools(SPOOL_BYTES, LINES_PER_FRAME),
      usage: () => ({ cpu: null, memory: null, disk: null, gpu: null }),
      onNewKey(key) {
        identity = { ...identity, key }
        if (keyFile !== undefined) void writeIdentity(keyFile, identity).catch(() => undefined)
      },
      ...(onEvent !== undefined && { tell: onEvent }),
    })
    if (this.#stopped.signal.aborted) return
    this.#node.start()
  }

  #facts(): NodeFacts {
    const { name = `${hostname()}-worker`, pools = [], labels = {}, capacity } = this.#options
    const sum = [...this.#handled.values()].reduce((all, { concurrency }) => all + concurrency, 0)
    return {
      id: name.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64),
      ...{ name, address: null, labels, weight: 1, capacity: capacity ?? sum, languages: [], capabilities: {} },
      ...{ types: ['handler'], handlers: [...this.#handled.keys()], gpu: null, callbackUrl: null, pools },
      ...{ version: manifest.version, platform: { os: platform(), node: process.version }, tenantId: null },
    }
  }

  async #identity(facts: NodeFacts): Promise<WorkerIdentity> {
    const { keyFile, token, url, onEvent, fetch: send = fetch } = this.#options
    const known = keyFile === undefined ? null : await readIdentity(keyFile)
    if (known !== null) return known
    if (token === undefined) throw new RotaError('invalid', say`A worker that has not joined yet needs a join token.`)
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)) {
      try {
        const identity = await joinServer({ url, token, facts, fetch: send, signal: this.#stopped.signal })
        if (keyFile !== undefined) await writeIdentity(keyFile, identity)
        return identity
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error
        onEvent?.({ kind: 'cannot_join', why: error.message, retryMs })
      }
      await this.#pause(retryMs)
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(ms, resolve)
      this.#stopped.signal.addEventListener('abort', () => {
        timer.cancel()
        reject(this.#stopped.signal.reason)
      })
    })
  }

  #carrier(): Carrier {
    const named = ({ type, payload }: Order) =>
      type === 'handler' ? this.#handled.get(String(payload.handler)) : undefined
    return {
      problem: (order) => (named(order) ? null : say`this worker has no handler ${String(order.payload.handler)}`),
      isFull(order) {
        const handled = named(order)
        return handled !== undefined && handled.running >= handled.concurrency
      },
      carry: (order, sink) => {
        const handled = named(order)!
        handled.running++
        const { fn, parse } = handled
        const run = (context: WorkContext) => fn(parse(order.params.kwargs) as never, context)
        const call = new FunctionCall({ order, sink, clock: this.#clock, run })
        void call.done.then(() => handled.running--)
        return call
      },
    }
  }
}

/** A worker of a server: `worker({ url, token }).handle('resize', resize, { concurrency: 4 }).start()`. */
export function worker(options: WorkerOptions): Worker {
  return new Worker(options)
}
