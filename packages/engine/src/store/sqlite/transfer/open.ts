import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { RotaError, say } from '@rota/core'
import type { LogBody, StoreReader, StoreWriter, TransferRow } from '../../transfer.ts'
import { LOGS_FILE, STATE_FILE } from '../backup/data-files.ts'
import { type DataLock, lockDataDirectory } from '../data-lock.ts'
import { openDatabase } from '../database.ts'
import { encodeChunk } from '../logs/chunk.ts'
import { openLogs, openLogsForReading } from '../logs/open-logs.ts'
import { migrate } from '../migrate.ts'
import { recoverStarts } from '../start-journal.ts'
import { quoted, readDatabases } from './reader.ts'

/**
 * Reads a data directory that no server uses, and keeps servers out. Throws `not_found` when there is none and
 * DataDirectoryError when one is in use.
 */
export function openDirectoryForReading(folder: string, now: number): StoreReader {
  const file = join(folder, STATE_FILE)
  if (!existsSync(file)) throw new RotaError('not_found', say`${folder} is not the data directory of a server.`)
  const lock = lockDataDirectory(folder, now)
  try {
    const state = openDatabase(file)
    migrate(state, now)
    recoverStarts(state)
    const logs = openLogsForReading(join(folder, LOGS_FILE))
    return readDatabases(state, logs, async () => {
      logs?.close()
      state.close()
      lock.undo()
    })
  } catch (error) {
    lock.undo()
    throw error
  }
}

/** Files are written under this name until they are whole. */
const UNFINISHED = 'copying-'

/**
 * Writes the databases of a data directory that has none yet. Throws `conflict` when it has and DataDirectoryError when
 * a server uses it.
 */
export function openDirectoryForWriting(folder: string, now: number): StoreWriter {
  const lock = lockDataDirectory(folder, now)
  try {
    if (existsSync(join(folder, STATE_FILE))) {
      throw new RotaError('conflict', say`${folder} holds a store already. Name an empty or new folder.`)
    }
    return writeDirectory(folder, now, lock)
  } catch (error) {
    lock.undo()
    throw error
  }
}

function writeDirectory(folder: string, now: number, lock: DataLock): StoreWriter {
  const unfinished = (name: string) => join(folder, `${UNFINISHED}${name}`)
  // What a copy that was broken off has left.
  const removeUnfinished = () => {
    for (const name of [STATE_FILE, LOGS_FILE]) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(unfinished(name) + suffix, { force: true })
    }
  }
  removeUnfinished()
  const state = openDatabase(unfinished(STATE_FILE))
  const logs = openLogs(unfinished(LOGS_FILE))
  migrate(state, now)
  for (const db of [state, logs]) db.exec('BEGIN IMMEDIATE')
  let isOpen = true
  let isFinished = false
  const closeDatabases = () => {
    if (!isOpen) return
    isOpen = false
    state.close()
    logs.close()
  }
  return {
    normal: (row) => row,
    async write(table, columns, rows) {
      if (table === 'log_chunks') insertAll(logs, table, rows.map(storedChunk))
      else insertAll(state, table, rows, columns)
    },
    written: readDatabases(state, logs, async () => undefined),
    async finish() {
      for (const db of [state, logs]) db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
      closeDatabases()
      // The main database comes last: a directory without it is not mistaken for a whole one.
      for (const name of [LOGS_FILE, STATE_FILE]) renameSync(unfinished(name), join(folder, name))
      isFinished = true
    },
    async close() {
      closeDatabases()
      removeUnfinished()
      if (isFinished) lock.release()
      else lock.undo()
    },
  }
}

function insertAll(
  db: DatabaseSync,
  table: string,
  rows: readonly Record<string, unknown>[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
) {
  if (rows.length === 0) return
  const marks = columns.map(() => '?').join(', ')
  const insert = db.prepare(`INSERT INTO ${table} (${columns.map(quoted).join(', ')}) VALUES (${marks})`)
  for (const row of rows) insert.run(...columns.map((column) => row[column] as SQLInputValue))
}

function storedChunk({ body, ...row }: TransferRow): Record<string, unknown> {
  const [ats, streams, texts] = JSON.parse(String(body)) as LogBody
  return { ...row, ...encodeChunk({ ats, streams: streams.join(''), text: texts.join('\n') }) }
}
