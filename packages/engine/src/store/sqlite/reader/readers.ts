import type { DatabaseSync } from 'node:sqlite'
import { say } from '@rota/core'
import { asStorageFault } from '../database.ts'
import { Thread } from '../thread.ts'
import { bindable } from './parameters.ts'
import { type Answers, rowsOf } from './question.ts'
import type { ReaderApi } from './reader-thread.ts'
import { createStatementCache } from './statement-cache.ts'

/** Runs selects where they do not hold up the engine. */
export interface Readers {
  /** Sees everything committed before the call. Rejects with what SQLite reports. */
  query(sql: string, parameters: readonly unknown[]): Promise<unknown[]>
  /** Ends the threads; later queries are refused. */
  close(): Promise<void>
}

export interface ReadersOptions {
  /** The database's file; null for one in memory, which only its own connection can read. */
  file: string | null
  /** The writing connection. */
  db: DatabaseSync
  /** Threads, each with a connection of its own. Default 2. */
  threads?: number
}

/** Threads begin with their first query and never keep a process alive on their own. */
export function createReaders({ file, db, threads = 2 }: ReadersOptions): Readers {
  return file === null ? readersOf(db) : new ReaderPool(file, threads)
}

function readersOf(db: DatabaseSync): Readers {
  const prepare = createStatementCache(db)
  return {
    async query(sql, parameters) {
      return prepare(sql).statement.all(...bindable(parameters))
    },
    async close() {},
  }
}

/** A query on its way to a thread. */
interface Asked {
  sql: string
  parameters: readonly unknown[]
  resolve(rows: unknown[]): void
  reject(error: unknown): void
}

interface Lane {
  thread: Thread<ReaderApi>
  /** Questions without an answer. */
  waiting: number
  /** Those of them that go to the thread together when the turn of the loop is over. */
  gathered: Asked[]
}

/** A statement that took longer the last time is asked alone: none waits for its answer that was asked beside it. */
const QUICK_MS = 1
const MOST_KNOWN = 500

/**
 * Questions of one turn of the loop travel together: with a hundred callers a message costs more than what it asks for.
 */
class ReaderPool implements Readers {
  readonly #file: string
  readonly #lanes: (Lane | null)[]
  /** How long statements took, in ms. */
  readonly #took = new Map<string, number>()
  #closed = false

  constructor(file: string, threads: number) {
    this.#file = file
    this.#lanes = Array.from({ length: threads }, () => null)
  }

  query(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    if (this.#closed) return Promise.reject(new Error(say`The store is closed.`))
    const lane = this.#leastBusy()
    lane.waiting++
    return new Promise((resolve, reject) => {
      const asked = { sql, parameters, resolve, reject }
      const isQuick = (this.#took.get(sql) ?? Number.POSITIVE_INFINITY) <= QUICK_MS
      if (!isQuick) void this.#ask(lane, [asked])
      else if (lane.gathered.push(asked) === 1) setImmediate(() => void this.#ask(lane, lane.gathered.splice(0)))
    })
  }

  async close() {
    this.#closed = true
    const lanes = this.#lanes.splice(0).filter((lane) => lane !== null)
    for (const lane of lanes) void this.#ask(lane, lane.gathered.splice(0))
    await Promise.all(lanes.map((lane) => endLane(lane)))
  }

  async #ask(lane: Lane, asked: Asked[]): Promise<void> {
    if (asked.length === 0) return
    const bySql = Map.groupBy(asked, ({ sql }) => sql)
    try {
      const questions = [...bySql].map(([sql, same]) => ({ sql, times: same.map(({ parameters }) => parameters) }))
      const answers = await lane.thread.call('queries', questions)
      for (const same of bySql.values()) this.#settle(same, answers.shift()!)
    } catch (error) {
      for (const { reject } of asked) reject(asStorageFault(error))
    } finally {
      lane.waiting -= asked.length
    }
  }

  #settle(same: readonly Asked[], { columns, answers }: Answers): void {
    for (const [at, answer] of answers.entries()) {
      const { sql, resolve, reject } = same[at]!
      if ('error' in answer) {
        const { message, errcode } = answer.error
        reject(asStorageFault(Object.assign(new Error(message), { errcode })))
        continue
      }
      this.#took.delete(sql)
      this.#took.set(sql, answer.ms)
      if (this.#took.size > MOST_KNOWN) this.#took.delete(this.#took.keys().next().value!)
      resolve(rowsOf(columns, answer.rows))
    }
  }

  /** An idle thread if there is one, else a new one while there may be more, else the one with the shortest queue. */
  #leastBusy(): Lane {
    let best: Lane | null = null
    let free = -1
    for (const [i, lane] of this.#lanes.entries()) {
      if (lane === null || lane.thread.isDead) free = i
      else if (best === null || lane.waiting < best.waiting) best = lane
    }
    if (best !== null && (best.waiting === 0 || free < 0)) return best
    const thread = new Thread<ReaderApi>('./reader-thread', import.meta.url, { file: this.#file })
    const lane: Lane = { thread, waiting: 0, gathered: [] }
    this.#lanes[free] = lane
    return lane
  }
}

/** The thread answers what it was asked, lets go of the file and ends. */
async function endLane({ thread }: Lane): Promise<void> {
  if (!thread.isDead && !thread.isAtRest) await thread.call('close', undefined as never).catch(() => {})
  await thread.end()
}
