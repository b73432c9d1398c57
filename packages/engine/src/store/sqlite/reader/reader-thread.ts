import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { systemClock, type Timer } from '@rota/core/threads'
import { serveThread } from '../thread.ts'
import { bindable } from './parameters.ts'
import type { Answer, Answers, Question } from './question.ts'
import { createStatementCache, type Prepared } from './statement-cache.ts'

const db = new DatabaseSync(workerData.file as string, { readOnly: true })
db.exec(`
  PRAGMA query_only = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -32768;
  PRAGMA busy_timeout = 5000;
`)
const prepare = createStatementCache(db)
/** Rows as arrays travel between threads in half the time that objects take. */
const prepareForArrays = createStatementCache(db, (statement) => statement.setReturnArrays(true))

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
    return prepare(sql).statement.all(...bindable(parameters))
  },
  /** Each time of each is answered for itself. */
  queries(questions: Question[]): Answers[] {
    forgetLater()
    return questions.map(answersTo)
  },
  close() {
    forgetting?.cancel()
    db.close()
  },
}

function answersTo({ sql, times }: Question): Answers {
  try {
    const prepared = prepareForArrays(sql)
    return { columns: prepared.columns, answers: times.map((parameters) => answerTo(prepared, parameters)) }
  } catch (error) {
    return { columns: [], answers: times.map(() => failure(error)) }
  }
}

function answerTo({ statement }: Prepared, parameters: readonly unknown[]): Answer {
  const began = systemClock.monotonic()
  try {
    const rows = statement.all(...bindable(parameters)) as unknown as unknown[][]
    return { rows, ms: systemClock.monotonic() - began }
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): Answer {
  const { message, errcode } = error as Error & { errcode?: number }
  return { error: { message, errcode } }
}

export type ReaderApi = typeof api

serveThread(api)
