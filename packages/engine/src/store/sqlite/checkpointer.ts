import type { DatabaseSync } from 'node:sqlite'
import { type Clock, systemClock, type Timer } from '@rota/core'
import { type Checkpoint, checkpointOnce } from './checkpoint-once.ts'
import type { CheckpointApi } from './checkpoint-thread.ts'
import { Thread } from './thread.ts'

export interface CheckpointerOptions {
  /** The database file. */
  file: string
  /** Its only writing connection, with `wal_autocheckpoint = 0`; never in a transaction when a turn of the loop ends. */
  writer: DatabaseSync
  clock?: Clock
  /** From the end of one checkpoint to the next. Default 500 ms. */
  everyMs?: number
  /** Less than this is left in the log for longer, so that an idle server needs no thread. Default 1 MiB. */
  worthwhileBytes?: number
  /** From this size on the writer takes part, so that the write-ahead log begins again. Default 16 MiB. */
  restartBytes?: number
  /** From this size on its file is cut, too. Default 256 MiB. */
  truncateBytes?: number
  /** Told when checkpoints fail, once until they succeed again. */
  onWarning?: (message: string) => void
}

export interface Checkpointer {
  /** A checkpoint now. Rejects when the disk refuses it. */
  checkpoint(): Promise<Checkpoint>
  stop(): Promise<void>
}

/** So often, however little there is to do: what others read from the file, such as a copy of it, is not far behind. */
const AT_LEAST_MS = 5 * 60_000

/**
 * Moves commits from the write-ahead log into the database file, in a thread of its own, so that no commit of the
 * engine's loop has to. A thread alone never catches up with a writer that never pauses, and then the log grows
 * without end (https://sqlite.org/wal.html#avoiding_excessively_large_wal_files); nor can it wait for the writer,
 * since the writer would wait for it in turn. So when the log is large, the writer itself copies the last few frames
 * between two of its commits: a moment's work, since the thread has just copied all before.
 */
export function startCheckpointer(options: CheckpointerOptions): Checkpointer {
  const { file, writer, clock = systemClock, everyMs = 500, onWarning = () => {} } = options
  const { worthwhileBytes = 1024 ** 2, restartBytes = 16 * 1024 ** 2, truncateBytes = 256 * 1024 ** 2 } = options
  let thread: Thread<CheckpointApi> | null = null
  let timer: Timer | null = null
  let failing = false
  let stopped = false

  const checkpoint = async () => {
    if (thread === null || thread.isDead) thread = new Thread('./checkpoint-thread', import.meta.url, { file })
    const first = await thread.call('checkpoint', undefined as never)
    if (first.walBytes <= restartBytes || stopped) return first
    await thread.call('checkpoint', undefined as never)
    return stopped ? first : finish(writer, first.walBytes > truncateBytes)
  }
  let doneAt = clock.monotonic()
  const turn = async () => {
    try {
      if (checkpointOnce(writer, 'NOOP').pendingBytes >= worthwhileBytes || clock.monotonic() - doneAt >= AT_LEAST_MS) {
        await checkpoint()
        doneAt = clock.monotonic()
      }
      failing = false
    } catch (error) {
      if (!failing && !stopped) onWarning(`The database's log cannot be checkpointed: ${(error as Error).message}`)
      failing = true
    }
    arm()
  }
  const arm = () => {
    if (!stopped) timer = clock.after(everyMs, () => void turn())
  }
  arm()

  return {
    checkpoint,
    async stop() {
      stopped = true
      timer?.cancel()
      if (thread === null) return
      if (!thread.isAtRest) await thread.call('close', undefined as never).catch(() => {})
      await thread.end()
    },
  }
}

/** The writer's part. It waits for nobody: a reader that is still in the log makes it fail, and the next turn comes. */
function finish(writer: DatabaseSync, truncate: boolean): Checkpoint {
  const { timeout } = writer.prepare('PRAGMA busy_timeout').get() as { timeout: number }
  writer.exec('PRAGMA busy_timeout = 0')
  try {
    const done = checkpointOnce(writer, 'PASSIVE')
    return truncate && done.complete ? checkpointOnce(writer, 'TRUNCATE') : done
  } finally {
    writer.exec(`PRAGMA busy_timeout = ${timeout}`)
  }
}
