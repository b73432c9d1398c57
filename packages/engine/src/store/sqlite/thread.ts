import { fileURLToPath } from 'node:url'
import { parentPort, Worker } from 'node:worker_threads'
import { type ErrorCode, RotaError } from '@rota/core'

/** Requests that a thread answers: name → function of one argument. */
export type ThreadApi = Record<string, (argument: never) => unknown>

interface Call {
  call: number
  name: string
  argument: unknown
}

interface Answer {
  /** 0 for a note. */
  call: number
  value?: unknown
  error?: { message: string; errcode: number | undefined; rota: ErrorCode | null }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/**
 * Calls functions in a worker thread; calls are answered in the order in which they were made. The thread keeps the
 * process alive only while a call waits for its answer. Calls reject when the thread dies, and all later ones too.
 */
export class Thread<Api extends ThreadApi> {
  readonly #worker: Worker
  readonly #onNote: (value: unknown) => void
  readonly #waiting = new Map<number, Waiting>()
  #lastCall = 0
  #death: Error | null = null

  /**
   * `module` is a file beside the caller, without its extension; `base` the caller's `import.meta.url`. `onNote` is told
   * what the thread {@link note}s.
   */
  constructor(module: string, base: string, workerData: unknown, onNote: (value: unknown) => void = () => {}) {
    this.#onNote = onNote
    // Sources run as .ts, published builds as .js.
    const file = new URL(`${module}${base.slice(base.lastIndexOf('.'))}`, base)
    this.#worker = new Worker(file, { workerData, name: fileURLToPath(file), env: {}, execArgv: [] })
    this.#worker.on('message', (answer: Answer) => this.#settle(answer))
    this.#worker.on('error', (error) => this.#die(error as Error))
    this.#worker.on('exit', () => this.#die(new Error('The thread has ended.')))
    this.#worker.unref()
  }

  call<K extends keyof Api & string>(name: K, argument: Parameters<Api[K]>[0]): Promise<Awaited<ReturnType<Api[K]>>> {
    if (this.#death !== null) return Promise.reject(this.#death)
    return new Promise((resolve, reject) => {
      const call = ++this.#lastCall
      this.#waiting.set(call, { resolve: resolve as Waiting['resolve'], reject })
      if (this.#waiting.size === 1) this.#worker.ref()
      this.#worker.postMessage({ call, name, argument } satisfies Call)
    })
  }

  get isDead(): boolean {
    return this.#death !== null
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #settle({ call, value, error }: Answer) {
    if (call === 0) {
      this.#onNote(value)
      return
    }
    const waiting = this.#waiting.get(call)
    this.#waiting.delete(call)
    if (this.#waiting.size === 0) this.#worker.unref()
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
  port.on('message', ({ call, name, argument }: Call) => {
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
  parentPort?.postMessage({ call: 0, value } satisfies Answer)
}

function revive({ message, errcode, rota }: NonNullable<Answer['error']>): Error {
  return rota === null ? Object.assign(new Error(message), { errcode }) : new RotaError(rota, message)
}
