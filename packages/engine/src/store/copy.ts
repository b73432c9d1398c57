import { createHash, type Hash } from 'node:crypto'
import { RotaError, say } from '@rota/core'
import { type StoreReader, type StoreWriter, TRANSFERRED, type TransferRow } from './transfer.ts'

/** A table's rows and the SHA-256 over them, as they were read and as they were found after writing. */
export interface CopiedTable {
  name: string
  rows: number
  sha256: string
  /** Rows whose texts held characters that the target cannot keep. */
  changed: number
}

/**
 * Copies everything from one store to another, then reads it again and compares. `progress` is told the share that is
 * done (0–1) and the table. Throws `conflict` when what was written is not what was read; then nothing is left behind.
 */
export async function copyStore(
  from: StoreReader,
  to: StoreWriter,
  progress: (done: number, table: string) => void = () => {},
): Promise<CopiedTable[]> {
  let total = 0
  // Everything is read twice and written once.
  for (const { name } of TRANSFERRED) total += 2 * (await from.count(name))
  let done = 0
  const tell = (table: string, rows: number) => {
    done += rows
    progress(total === 0 ? 1 : Math.min(done / total, 1), table)
  }
  const copied: CopiedTable[] = []
  for (const table of TRANSFERRED) {
    const columns = await from.columns(table.name)
    const hash = createHash('sha256')
    let rows = 0
    let changed = 0
    for await (const batch of from.rows(table)) {
      const normal = batch.map((row) => to.normal(row))
      changed += normal.filter((row, i) => row !== batch[i]).length
      await to.write(table.name, columns, normal)
      addTo(hash, columns, normal)
      rows += batch.length
      tell(table.name, batch.length)
    }
    copied.push({ name: table.name, rows, sha256: hash.digest('hex'), changed })
  }
  for (const [i, table] of TRANSFERRED.entries()) {
    const columns = await from.columns(table.name)
    const hash = createHash('sha256')
    let rows = 0
    for await (const batch of to.written.rows(table)) {
      addTo(hash, columns, batch)
      rows += batch.length
      tell(table.name, batch.length)
    }
    const { rows: expected, sha256 } = copied[i]!
    if (rows === expected && hash.digest('hex') === sha256) continue
    const counts = rows === expected ? say`different content` : say`${rows} rows instead of ${expected}`
    throw new RotaError('conflict', say`The copy of ${table.name} has ${counts}. Nothing was kept of it.`)
  }
  await to.finish()
  return copied
}

function addTo(hash: Hash, columns: readonly string[], rows: readonly TransferRow[]) {
  for (const row of rows) hash.update(`${JSON.stringify(columns.map((column) => row[column] ?? null))}\n`)
}
