import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { serveThread } from './thread.ts'

const MOST_FINDINGS = 20

/** What SQLite finds wrong with a file: `quick` leaves out whether indexes and rows agree. Empty when nothing is. */
function check({ quick }: { quick: boolean }): string[] {
  const db = new DatabaseSync(workerData.file as string, { readOnly: true })
  try {
    db.exec('PRAGMA cache_size = -8192')
    const rows = db.prepare(`PRAGMA ${quick ? 'quick_check' : 'integrity_check'}(${MOST_FINDINGS})`).all()
    return rows.map((row) => String(Object.values(row)[0])).filter((text) => text !== 'ok')
  } catch (error) {
    return [(error as Error).message]
  } finally {
    db.close()
  }
}

const api = { check, close: () => undefined }

export type IntegrityApi = typeof api

serveThread(api)
