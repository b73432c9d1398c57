import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { checkpointOnce } from './checkpoint-once.ts'
import { serveThread } from './thread.ts'

const db = new DatabaseSync(workerData.file)
db.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0')

const api = {
  /** Copies what it can without holding up anyone. */
  checkpoint: () => checkpointOnce(db, 'PASSIVE'),
  close: () => db.close(),
}

export type CheckpointApi = typeof api

serveThread(api)
