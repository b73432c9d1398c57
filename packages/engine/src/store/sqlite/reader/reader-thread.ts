import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
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

const api = {
  query: ({ sql, parameters }: { sql: string; parameters: readonly unknown[] }): unknown[] =>
    prepare(sql).all(...bindable(parameters)),
  close: () => db.close(),
}

export type ReaderApi = typeof api

serveThread(api)
