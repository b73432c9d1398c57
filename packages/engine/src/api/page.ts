export interface Page {
  /** 1-based; with `limit`. Ignored when `cursor` is given. */
  page?: number
  /** Rows per page, 1–1000, default 50. */
  limit?: number
  /** `next_cursor` of the page before: keyset pagination, as fast on the last page as on the first. */
  cursor?: string
}

/** A page of rows. `total` counts all that match (exactly up to 100,000, executions up to 10,000, then a lower bound). */
export interface PageOf<T> {
  total: number
  page: number
  limit: number
  rows: T[]
  next_cursor: string | null
}

/** A page of a history that retention cuts. */
export interface PastOf<T> extends PageOf<T> {
  /** Whatever was due later is there; of what was due up to here, retention has removed some. Null: it removed nothing. */
  history_begins_at: string | null
}
