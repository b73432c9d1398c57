import type { DatabaseSync } from 'node:sqlite'
import { say } from '@rota/core'
import { asStorageFault } from '../database.ts'
import { Thread } from '../thread.ts'
import { bindable } from './parameters.ts'
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
      return prepare(sql).all(...bindable(parameters))
    },
    async close() {},
  }
}

interface Lane {
  thread: Thread<ReaderApi>
  waiting: number
}

class ReaderPool implements Readers {
  readonly #file: string
  readonly #lanes: (Lane | null)[]
  #closed = false

  constructor(file: string, threads: number) {
    this.#file = file
    this.#lanes = Array.from({ length: threads }, () => null)
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    if (this.#closed) throw new Error(say`The store is closed.`)
    const lane = this.#leastBusy()
    lane.waiting++
    try {
      return await lane.thread.call('query', { sql, parameters })
    } catch (error) {
      throw asStorageFault(error)
    } finally {
      lane.waiting--
    }
  }

  async close() {
    this.#closed = true
    const lanes = this.#lanes.splice(0).filter((lane) => lane !== null)
    await Promise.all(lanes.map((lane) => endLane(lane)))
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
    const lane: Lane = { thread: new Thread('./reader-thread', import.meta.url, { file: this.#file }), waiting: 0 }
    this.#lanes[free] = lane
    return lane
  }
}

/** The thread answers what it was asked, lets go of the file and ends. */
async function endLane({ thread }: Lane): Promise<void> {
  if (!thread.isDead && !thread.isAtRest) await thread.call('close', undefined as never).catch(() => {})
  await thread.end()
}
