import { fileURLToPath } from 'node:url'
import { parentPort, Worker } from 'node:worker_threads'
import { type ErrorCode, RotaError, systemClock } from '@rota/core/threads'
import { threadEnvironment } from '../thread-environment.ts'

/** Requests that a thread answers: name → function of one argument. */
export type ThreadApi = Record<string, (argument: never) => unknown>

interface Call {
  call: number
  name: string
  argument: unknown
}

/** In the place of a call's number. */
const NOTE = 0
const IDLE = -1

interface Answer {
  call: number
  value?: unknown
  error?: { message: string; errcode: number | undefined; rota: ErrorCode | null }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export interface ThreadOptions {
  /** Told what the thread {@link note}s. */
  onNote?: (value: unknown) => void
  /** Asked when nothing has been called for a while; true when the thread holds nothing that must not be forgotten. */
  mayRest?: () => boolean
  /** A thread that was not called within one such span of time is idle. Default 5 s. */
  idleMs?: number
}

/**
 * Calls functions in a worker thread; calls are answered in the order in which they were made. The thread keeps the
 * process alive only while a call waits for its answer. Calls reject when the thread dies, and all later ones too.
 *
 * A thread that has a function `close` rests when it is not needed for a while, since each takes 8 MB: it is closed and
 * ends, and the next call begins another one.
 */
export class Thread<Api extends ThreadApi> {
  readonly #file: URL
  readonly #workerData: unknown
  readonly #options: ThreadOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #resting: Promise<void> | null = null
  #lastCall = 0
  #death: Error | null = null

  /** `module` is a file beside the caller, without its extension; `base` the caller's `import.meta.url`. */
  constructor(module: string, base: string, workerData: unknown, options: ThreadOptions = {}) {
    this.#options = options
    this.#workerData = workerData
    // Sources run as .ts, published builds as .js.
    this.#file = new URL(`${module}${base.slice(base.lastIndexOf('.'))}`, base)
    this.#worker = this.#begin()
  }

  call<K extends keyof Api & string>(name: K, argument: Parameters<Api[K]>[0]): Promise<Awaited<ReturnType<Api[K]>>> {
    if (this.#resting !== null) return this.#resting.then(() => this.call(name, argument))
    if (this.#death !== null) return Promise.reject(this.#death)
    return this.#send(name, argument) as Promise<Awaited<ReturnType<Api[K]>>>
  }

  get isDead(): boolean {
    return this.#death !== null
  }

  /** True when there is nothing to close. */
  get isAtRest(): boolean {
    return this.#worker === null || this.#resting !== null
  }

  async end(): Promise<void> {
    await this.#resting
    await this.#worker?.terminate()
  }

  #begin(): Worker {
    const name = fileURLToPath(this.#file)
    const argv = [this.#options.idleMs ?? 5_000]
    const options = { workerData: this.#workerData, argv, name, env: threadEnvironment(), execArgv: [] }
    const worker = new Worker(this.#file, options)
    worker.on('message', (answer: Answer) => this.#settle(answer))
    worker.on('error', (error) => this.#die(error as Error))
    worker.on('exit', () => {
      if (this.#worker === worker) this.#die(new Error('The thread has ended.'))
    })
    worker.unref()
    return worker
  }

  #send(name: string, argument: unknown): Promise<unknown> {
    this.#worker ??= this.#begin()
    const worker = this.#worker
    return new Promise((resolve, reject) => {
      const call = ++this.#lastCall
      this.#waiting.set(call, { resolve, reject })
      if (this.#waiting.size === 1) worker.ref()
      worker.postMessage({ call, name, argument } satisfies Call)
    })
  }

  #considerRest() {
    const isNeeded = this.#waiting.size > 0 || this.#resting !== null || this.#death !== null
    if (isNeeded || this.#options.mayRest?.() === false) return
    this.#resting = this.#rest().finally(() => {
      this.#resting = null
    })
  }

  async #rest() {
    const worker = this.#worker
    await this.#send('close', undefined).catch(() => undefined)
    this.#worker = null
    await worker?.terminate()
  }

  #settle({ call, value, error }: Answer) {
    if (call === NOTE) return this.#options.onNote?.(value)
    if (call === IDLE) return this.#considerRest()
    const waiting = this.#waiting.get(call)
    this.#waiting.delete(call)
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(revive(error))
  }

  #die(cause: Error) {
    this.#death ??= cause
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(this.#death)
  }
}

/** The other side: answers calls with the functions of `api`, one after another. */
export function serveThread(api: ThreadApi): void {
  const port = parentPort
  if (port === null) throw new Error('This file is a worker thread; it cannot be run on its own.')
  let last: Promise<unknown> = Promise.resolve()
  const idleMs = Number(process.argv[2])
  let isCalled = true
  const lookWhetherIdle = () => {
    if (!isCalled) port.postMessage({ call: IDLE } satisfies Answer)
    isCalled = false
    systemClock.after(idleMs, lookWhetherIdle)
  }
  if ('close' in api) lookWhetherIdle()
  port.on('message', ({ call, name, argument }: Call) => {
    isCalled = true
    last = last.then(async () => {
      try {
        const value = await api[name]!(argument as never)
        port.postMessage({ call, value } satisfies Answer)
      } catch (error) {
        const { message, errcode } = error as Error & { errcode?: number }
        const rota = RotaError.is(error) ? error.code : null
        port.postMessage({ call, error: { message, errcode, rota } } satisfies Answer)
      }
    })
  })
}

/** In the thread: tells its owner something while a call is under way. */
export function note(value: unknown): void {
  parentPort?.postMessage({ call: NOTE, value } satisfies Answer)
}

function revive({ message, errcode, rota }: NonNullable<Answer['error']>): Error {
  return rota === null ? Object.assign(new Error(message), { errcode }) : new RotaError(rota, message)
}
