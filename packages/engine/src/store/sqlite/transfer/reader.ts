import type { DatabaseSync } from 'node:sqlite'
import { batchOf, LOG_COLUMNS, OWN_SETTINGS, type StoreReader, type TransferRow } from '../../transfer.ts'
import { decodeChunk } from '../logs/chunk.ts'

/** Reads the databases of a data directory; `logs` is null when nothing was ever logged. */
export function readDatabases(state: DatabaseSync, logs: DatabaseSync | null, close: () => Promise<void>): StoreReader {
  const homeOf = (table: string) => (table === 'log_chunks' ? logs : state)
  const own = [...OWN_SETTINGS.names.map((name) => `key <> '${name}'`), ...OWN_SETTINGS.prefixes.map(notLike)]
  const where = (table: string) => (table === 'settings' ? own.join(' AND ') : '1')
  async function columns(table: string): Promise<string[]> {
    if (table === 'log_chunks') return [...LOG_COLUMNS]
    const rows = state.prepare('SELECT name FROM pragma_table_info(?) ORDER BY name').all(table)
    return rows.map((row) => String(row.name))
  }
  return {
    columns,
    async count(table) {
      const row = homeOf(table)
        ?.prepare(`SELECT count(*) AS count FROM ${table} WHERE ${where(table)}`)
        .get()
      return Number(row?.count ?? 0)
    },
    async *rows({ name, key }) {
      const home = homeOf(name)
      if (home === null) return
      const isLog = name === 'log_chunks'
      const list = isLog ? [...LOG_COLUMNS, 'codec'] : await columns(name)
      const sql = `SELECT ${list.map(quoted).join(', ')} FROM ${name} WHERE ${where(name)} ORDER BY ${key.join(', ')}`
      let batch: TransferRow[] = []
      for (const row of home.prepare(sql).iterate()) {
        batch.push(isLog ? chunkRow(row) : ({ ...row } as TransferRow))
        if (batch.length < batchOf(name)) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    },
    close,
  }
}

const notLike = (prefix: string) => `substr(key, 1, ${prefix.length}) <> '${prefix}'`

export const quoted = (column: string) => `"${column}"`

function chunkRow({ codec, body, ...row }: Record<string, unknown>): TransferRow {
  return { ...(row as TransferRow), body: JSON.stringify(bodyOf(Number(row.lines), codec, body)) }
}

function bodyOf(lines: number, codec: unknown, body: unknown) {
  try {
    const chunk = decodeChunk({ codec: codec as number, body: body as Uint8Array })
    return [chunk.ats, [...chunk.streams].map(Number), chunk.ats.length === 0 ? [] : chunk.text.split('\n')]
  } catch {
    return [[0], [2], [`[${lines} lines of the log are damaged and cannot be read]`]]
  }
}
