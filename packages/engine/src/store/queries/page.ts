import type { Paged, PageRequest } from '../../ports/queries.ts'
import { type CursorValue, decodeCursor, encodeCursor } from './cursor.ts'

export type { CursorValue } from './cursor.ts'

const DEFAULT_LIMIT = 50
const LARGEST_LIMIT = 1000
/** Totals of tasks are exact up to here, totals of executions, which are many more and change all the time, up to there. */
export const MOST_COUNTED = { tasks: 100_000, executions: 10_000 }
/** Of orders that no index has: for each page all that match is read and sorted. */
export const MOST_SORTED = 10_000

/** A request for a page made definite: either so many rows are passed over, or one goes on behind a position. */
export interface Slice {
  kind: string
  page: number
  limit: number
  offset: number
  /** The last row's position on the page before. */
  after: CursorValue[] | null
  /** Known from the page before. */
  total: number | null
}

export function limitOf(limit: number | undefined): number {
  return Math.min(Math.max(Math.trunc(limit ?? DEFAULT_LIMIT), 1), LARGEST_LIMIT)
}

/** `positionLength` values make up a row's position in the order called `kind`. Throws `invalid` for a foreign cursor. */
export function sliceOf(request: PageRequest, kind: string, positionLength: number): Slice {
  const limit = limitOf(request.limit)
  if (request.cursor !== undefined) {
    const [total, page, ...after] = decodeCursor(request.cursor, kind, 2 + positionLength)
    return { kind, page: Number(page), limit, offset: 0, after, total: Number(total) }
  }
  const page = Math.max(Math.trunc(request.page ?? 1), 1)
  return { kind, page, limit, offset: (page - 1) * limit, after: null, total: null }
}

export interface PageParts<Position, Row> {
  slice: Slice
  /** The positions of at most `limit` rows of the slice. */
  positions(limit: number): Promise<Position[]>
  /** All rows that match, counted to one beyond {@link MOST_COUNTED} and no further. */
  count(): Promise<number>
  rows(positions: Position[]): Promise<Row[]>
  cursorOf(position: Position): CursorValue[]
}

/** Puts a page together. The count is asked for only when the page itself does not tell. */
export async function readPage<Position, Row>(parts: PageParts<Position, Row>): Promise<Paged<Row>> {
  const { slice } = parts
  const { limit, page, offset } = slice
  const positions = await parts.positions(limit + 1)
  const last = positions.length > limit ? positions[limit - 1] : undefined
  const isEnd = last === undefined && slice.after === null && (positions.length > 0 || offset === 0)
  const total = slice.total ?? (isEnd ? offset + positions.length : await parts.count())
  const rows = await parts.rows(positions.slice(0, limit))
  const nextCursor = last === undefined ? null : encodeCursor(slice.kind, [total, page + 1, ...parts.cursorOf(last)])
  return { total, page, limit, rows, nextCursor }
}

/** Totals below this are counted anew each time, unless it is known that nothing has changed: a short list never shows an old one. */
const LARGE_TOTAL = 10_000
const REMEMBERED_MS = 10_000
const MOST_REMEMBERED = 200

interface Remembered {
  total: number
  at: number
  changes: number | null
}

/** Remembers large totals for some seconds: people turn pages and pages refresh themselves. */
export function createTotals(now: () => number) {
  const known = new Map<string, Remembered>()
  const isStillGood = ({ total, at, changes }: Remembered, changesNow: number | null) =>
    (changesNow !== null && changes === changesNow) || (total >= LARGE_TOTAL && Math.abs(now() - at) < REMEMBERED_MS)
  /** `changes`: how often what is counted has changed; null where that is not known. */
  return async (filter: object, count: () => Promise<number>, changes: number | null = null): Promise<number> => {
    const { page: _, limit: __, cursor: ___, fields: ____, ...rest } = filter as PageRequest & { fields?: unknown }
    const key = JSON.stringify(rest)
    const found = known.get(key)
    if (found !== undefined && isStillGood(found, changes)) return found.total
    known.delete(key)
    const total = await count()
    if (total >= LARGE_TOTAL || changes !== null) known.set(key, { total, at: now(), changes })
    if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value!)
    return total
  }
}
