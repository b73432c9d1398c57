import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { systemClock, type Timer } from '@rota/core'
import { serveThread } from '../thread.ts'
import { bindable } from './parameters.ts'
import { createStatementCache } from './statement-cache.ts'

const db = new DatabaseSync(workerData.file as string, { readOnly: true })
db.exec(`
  PRAGMA query_only = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -32768;
  PRAGMA busy_timeout = 5000;
`)
const prepare = createStatementCache(db)

/** Without a question for so long, it gives back the pages it has kept. */
const IDLE_MS = 3_000
let forgetting: Timer | null = null

function forgetLater() {
  forgetting?.cancel()
  forgetting = systemClock.after(IDLE_MS, () => db.exec('PRAGMA shrink_memory'))
}

const api = {
  query({ sql, parameters }: { sql: string; parameters: readonly unknown[] }): unknown[] {
    forgetLater()
    return prepare(sql).all(...bindable(parameters))
  },
  close() {
    forgetting?.cancel()
    db.close()
  },
}

export type ReaderApi = typeof api

serveThread(api)
