import { DatabaseSync } from 'node:sqlite'

/** The latest heartbeat that a server has left in a database, epoch ms; 0 when there is none. Reads, and writes nothing. */
export function lastSignOfLife(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const row = db.prepare('SELECT max(heartbeat_at) AS at FROM instances').get() as { at: number | null }
    return row.at ?? 0
  } finally {
    db.close()
  }
}
