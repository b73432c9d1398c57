import type { DatabaseSync } from 'node:sqlite'

export interface Checkpoint {
  /** Bytes of write-ahead log in use; commits are appended behind them. */
  walBytes: number
  /** Bytes of it that are not in the database file yet. */
  pendingBytes: number
  /** All of it stands in the database file, so that the next commit can begin at the log's start. */
  complete: boolean
}

const FRAME_HEADER_BYTES = 24

/** NOOP only looks. */
export function checkpointOnce(db: DatabaseSync, mode: 'NOOP' | 'PASSIVE' | 'TRUNCATE'): Checkpoint {
  const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number }
  const row = db.prepare(`PRAGMA wal_checkpoint(${mode})`).get() as { busy: number; log: number; checkpointed: number }
  const frames = Math.max(row.log, 0)
  const frameBytes = page_size + FRAME_HEADER_BYTES
  return {
    walBytes: frames * frameBytes,
    pendingBytes: (frames - Math.max(row.checkpointed, 0)) * frameBytes,
    complete: row.busy === 0 && row.checkpointed === frames,
  }
}
