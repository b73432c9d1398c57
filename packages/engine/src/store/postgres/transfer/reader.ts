import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { ClientBase } from 'pg'
import { batchOf, LOG_COLUMNS, OWN_SETTINGS, type StoreReader, type TransferRow } from '../../transfer.ts'

const decompress = promisify(zstdDecompress)
/** Columns that the other store does without, and that are made from the others, or anew. */
const DERIVED = ['digest', 'entry', 'written_at']

/** Reads a schema through one connection, in a transaction that sees one state of it. */
export function readSchema(client: ClientBase, close: () => Promise<void>): StoreReader {
  const own = [
    ...OWN_SETTINGS.names.map((name) => `key <> '${name}'`),
    ...OWN_SETTINGS.prefixes.map((prefix) => `NOT starts_with(key, '${prefix}')`),
  ]
  const conditionOf = (table: string) => (table === 'settings' ? own.join(' AND ') : 'TRUE')
  async function columns(table: string): Promise<string[]> {
    if (table === 'log_chunks') return [...LOG_COLUMNS]
    const { rows } = await client.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE "C"`,
      [table],
    )
    return rows.map((row) => row.name).filter((name) => !DERIVED.includes(name))
  }
  return {
    columns,
    async count(table) {
      const { rows } = await client.query(`SELECT count(*) AS count FROM ${table} WHERE ${conditionOf(table)}`)
      return (rows as [{ count: number }])[0].count
    },
    async *rows({ name, key }) {
      const isLog = name === 'log_chunks'
      const list = isLog ? [...LOG_COLUMNS, 'codec'] : await columns(name)
      const [selected, order] = [list, key].map((names) => names.map((column) => `"${column}"`).join(', '))
      const onward = `(${order}) > (${key.map((_, i) => `$${i + 1}`).join(', ')})`
      let last: unknown[] = []
      for (;;) {
        const found: Record<string, unknown>[] = await pageAfter(last)
        if (found.length === 0) return
        yield isLog ? await Promise.all(found.map(chunkRow)) : (found as TransferRow[])
        const end = found.at(-1)!
        last = key.map((column) => end[column])
      }

      async function pageAfter(last: unknown[]) {
        const conditions = last.length === 0 ? conditionOf(name) : `${conditionOf(name)} AND ${onward}`
        const sql = `SELECT ${selected} FROM ${name} WHERE ${conditions} ORDER BY ${order} LIMIT ${batchOf(name)}`
        return (await client.query(sql, last)).rows as Record<string, unknown>[]
      }
    },
    close,
  }
}

async function chunkRow({ codec, body, ...row }: Record<string, unknown>): Promise<TransferRow> {
  return { ...(row as TransferRow), body: await bodyOf(Number(row.lines), codec, body as Uint8Array) }
}

async function bodyOf(lines: number, codec: unknown, body: Uint8Array): Promise<string> {
  try {
    const text = Buffer.from(codec === 0 ? body : await decompress(body)).toString()
    // Taken apart and put together, so that the text is the same whoever wrote it.
    return JSON.stringify(JSON.parse(text))
  } catch {
    return JSON.stringify([[0], [2], [`[${lines} lines of the log are damaged and cannot be read]`]])
  }
}
