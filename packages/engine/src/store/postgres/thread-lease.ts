import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type Clock, RotaError, say, type Timer } from '@rota/core'
import type { InstanceRecord } from '../../ports/executions.ts'
import type { Lease, LeaseTerms } from '../../ports/lease.ts'
import { threadEnvironment } from '../thread-environment.ts'
import { leaseCells, newLeaseMemory } from './lease-cells.ts'
import type { LeaseOrder, LeaseThreadData, LeaseWord } from './lease-thread.ts'

export interface ThreadLeaseOptions {
  url: string
  schema: string
  terms: LeaseTerms
  /** The machine's. */
  clock: Clock
  /** Told after a renewal; for what is to be done now and then. */
  onRenewed?: () => Promise<void>
  /** Told when the thread has ended by itself; another one takes its place. */
  onWarning?: (message: string) => void
}

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

/** How often the loop says that it turns. */
const TURN_MS = 250
/** Before another thread is begun in the place of one that has ended. */
const BEGIN_ANEW_MS = 500
/** A statement under way at the end is given up after its own limits. */
const END_WITHIN_MS = 3_000

/**
 * A lease that a thread renews over a connection of its own, by itself, for as long as the loop lives: while the loop is
 * busy for seconds nobody takes its work over. A loop that has not turned for `loopDeadMs` is dead, and so is its lease.
 */
export function createThreadLease(options: ThreadLeaseOptions): Lease {
  const { clock, terms, url, schema, onRenewed = async () => {}, onWarning = () => {} } = options
  const memory = newLeaseMemory()
  const cells = leaseCells(memory)
  const waiting = new Map<number, Waiting>()
  let thread: Promise<Worker> | null = null
  let turning: Timer | null = null
  let isStopped = false
  let calls = 0

  function turn() {
    cells.turn()
    if (!isStopped) turning = clock.after(TURN_MS, turn)
  }

  function begin(): Promise<Worker> {
    // Sources run as .ts, published builds as .js.
    const file = new URL(`./lease-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)
    const data: LeaseThreadData = { url, schema, terms, memory }
    const options = { workerData: data, name: fileURLToPath(file), env: threadEnvironment(), execArgv: [] }
    const worker = new Worker(file, options)
    worker.unref()
    return new Promise((resolve, reject) => {
      worker.on('message', (word: LeaseWord) => (word === 'ready' ? resolve(worker) : settle(word)))
      let cause = new Error('it has ended')
      worker.once('error', (error: Error) => {
        cause = error
      })
      worker.once('exit', () => {
        reject(cause)
        ended(cause)
      })
    })
  }

  /** What it had renewed may have lapsed before another takes its place: that is for the store to say. */
  function ended(cause: Error) {
    if (thread === null || isStopped) return
    thread = null
    cells.lapse()
    onWarning(say`The thread that renews the lease: ${cause.message}. Another one is begun.`)
    for (const { reject } of waiting.values()) reject(new RotaError('unavailable', say`The lease’s thread has ended.`))
    waiting.clear()
    clock.after(BEGIN_ANEW_MS, () => void ready().catch(() => undefined))
  }

  function ready(): Promise<Worker> {
    if (isStopped) return Promise.reject(new Error(say`The lease is not renewed any more.`))
    thread ??= begin()
    return thread
  }

  function settle(word: LeaseWord) {
    if (typeof word === 'string') return
    const { call, error } = word
    const caller = waiting.get(call)
    waiting.delete(call)
    if (error === undefined) caller?.resolve()
    else caller?.reject(error.rota === null ? new Error(error.message) : new RotaError(error.rota, error.message))
  }

  async function ask(record: InstanceRecord) {
    const worker = await ready()
    const call = ++calls
    const answered = new Promise<void>((resolve, reject) => waiting.set(call, { resolve, reject }))
    worker.postMessage({ call, record, sentAt: clock.monotonic() } satisfies LeaseOrder)
    await answered
  }

  return {
    async renew(record) {
      if (turning === null) turn()
      await ask(record)
      await onRenewed()
    },
    get askedAt() {
      return cells.askedAt
    },
    get lapses() {
      return cells.lapses
    },
    async stop() {
      isStopped = true
      turning?.cancel()
      const worker = await thread?.catch(() => null)
      if (!worker) return
      const isOver = Promise.withResolvers<void>()
      worker.on('message', (word: LeaseWord) => word === 'ended' && isOver.resolve())
      worker.once('exit', () => isOver.resolve())
      const giveUp = clock.after(END_WITHIN_MS, isOver.resolve)
      worker.postMessage('end' satisfies LeaseOrder)
      await isOver.promise
      giveUp.cancel()
      await worker.terminate()
    },
  }
}
