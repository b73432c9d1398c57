import type { Chosen } from './bulk-outcome.ts'

const PAGE = 1_000

export interface ReadingChosen<Row, Kept> {
  readPage: (page: { limit: number; cursor?: string }) => Promise<{ rows: readonly Row[]; next: string | null }>
  /** What is kept of a row: a hundred thousand whole ones would fill the memory. */
  keep: (row: Row) => Kept
  /** Told how many are known so far. */
  onCount?: ((count: number) => void) | undefined
}

/** Reads the chosen rows of a list, page by page. */
export async function readChosenRows<Row extends { id: string }, Kept>(
  { isAll, ids }: Pick<Chosen<unknown>, 'isAll' | 'ids'>,
  { readPage, keep, onCount }: ReadingChosen<Row, Kept>,
): Promise<Kept[]> {
  const wanted = new Set(ids)
  const found: Kept[] = []
  let cursor: string | undefined
  do {
    const { rows, next } = await readPage({ limit: PAGE, ...(cursor !== undefined && { cursor }) })
    for (const row of rows) if (wanted.has(row.id) !== isAll) found.push(keep(row))
    onCount?.(found.length)
    cursor = next ?? undefined
    if (!isAll && found.length === wanted.size) break
  } while (cursor !== undefined)
  return found
}
