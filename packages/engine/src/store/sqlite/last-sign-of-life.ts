import { DatabaseSync } from 'node:sqlite'

/** How many values of secrets are under each key, by its id. Reads, and writes nothing. */
export function secretKeysIn(file: string): Map<string, number> {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const rows = db.prepare('SELECT key_id, count(*) AS versions FROM secret_versions GROUP BY key_id').all()
    return new Map(rows.map(({ key_id, versions }) => [String(key_id), Number(versions)]))
  } finally {
    db.close()
  }
}

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
