import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { DatabaseSync } from 'node:sqlite'
import { type Clock, RotaError, say, type Timer } from '@rota/core'
import { isOtherAlive, ownIdentity, type ProcessIdentity } from '@rota/executors'
import { DataDirectoryError, type LockHolder } from './data-lock.ts'
import { guardTransactions, transaction } from './database.ts'

/** Key in `settings`: the process that has the database. */
const OWNER = 'owner'

interface Owner extends ProcessIdentity {
  /** The file itself; in a copy of it this row means nothing. */
  place: string
  host: string
  since: string
}

export interface OwnershipOptions {
  db: DatabaseSync
  file: string
  clock: Clock
  /** Told once, when the database is not this process's any more; every write fails from then on. */
  onLost: (message: string) => void
}

export interface Ownership {
  /** Gives the database up, in good order. */
  release(): void
}

const LOOK_EVERY_MS = 1_000

/**
 * Makes this process the owner of a database, in the database itself: by whatever path, link or mount another process
 * comes to the same file, it finds who has it. An owner that lives is respected; of one that cannot be asked for, in
 * another container or before a restart of the machine, the database is taken over. Every transaction then makes sure
 * that it still is the owner's, so that whoever was taken over writes nothing more, and starts nothing, since each start
 * is written first.
 *
 * A file that was moved away or replaced under its owner is no longer what it was: that is told, too.
 *
 * Throws {@link DataDirectoryError} while another process that lives has it.
 */
export function takeOwnership({ db, file, clock, onLost }: OwnershipOptions): Ownership {
  const place = placeOf(statSync(file, BIG))
  const since = new Date(clock.now()).toISOString()
  const owner = JSON.stringify({ ...ownIdentity(), place, host: hostname(), since } satisfies Owner)
  const read = db.prepare('SELECT value FROM settings WHERE key = ?')
  const current = () => (read.get(OWNER) as { value: string } | undefined)?.value
  transaction(db, () => {
    refuseOther(current(), place, file)
    db.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(OWNER, owner)
  })
  // In the file itself, and not only in its log: a hard link has a log of its own.
  db.exec('PRAGMA wal_checkpoint(PASSIVE)')

  let lost: string | null = null
  const lose = (message: string) => {
    if (lost !== null) return
    lost = message
    timer.cancel()
    onLost(message)
  }
  guardTransactions(db, () => {
    if (lost === null && current() === owner) return
    const message = lost ?? say`Another process has taken over the database ${file}. This server stops.`
    lose(message)
    throw new RotaError('unavailable', say`The store cannot be written: ${message}`)
  })
  let timer: Timer
  const look = async () => {
    const found = await stat(file, BIG).then(placeOf, () => null)
    if (found !== place)
      lose(say`The database file ${file} was moved away or replaced while it was open. This server stops.`)
    else if (!isReleased) timer = clock.after(LOOK_EVERY_MS, () => void look())
  }
  let isReleased = false
  timer = clock.after(LOOK_EVERY_MS, () => void look())
  return {
    release() {
      isReleased = true
      timer.cancel()
      if (lost === null) db.prepare('DELETE FROM settings WHERE key = ? AND value = ?').run(OWNER, owner)
    },
  }
}

/** Throws {@link DataDirectoryError} when a database file that was just opened is another process's. Writes nothing. */
export function refuseOwned(db: DatabaseSync, file: string): void {
  const hasSettings = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'settings'").get()
  if (hasSettings === undefined) return
  const row = db.prepare('SELECT value FROM settings WHERE key = ?').get(OWNER) as { value: string } | undefined
  refuseOther(row?.value, placeOf(statSync(file, BIG)), file)
}

function refuseOther(text: string | undefined, place: string, file: string) {
  if (text === undefined) return
  const owner = JSON.parse(text) as Owner
  if (owner.place !== place || isOtherAlive(owner) !== true) return
  const holder: LockHolder = { pid: owner.pid, host: owner.host, started_at: owner.since }
  throw new DataDirectoryError(
    'in_use',
    say`The database ${file} is in use by process ${owner.pid} on ${owner.host}, since ${owner.since}. Stop that one first, or choose another directory.`,
    holder,
  )
}

const BIG = { bigint: true } as const

function placeOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`
}
