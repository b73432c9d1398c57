import type { LedgerAnswer, LedgerEntry } from '@rota/core'

export interface LedgerFilter {
  task_id?: string
  /** ISO instants: from inclusive, to exclusive. */
  from?: string
  to?: string
  answer?: LedgerAnswer
  limit?: number
  cursor?: string
}

/** Answers for due instants, and what retention has taken of them. */
export interface LedgerPage {
  entries: LedgerEntry[]
  next_cursor: string | null
  /** As of {@link PastOf}. */
  history_begins_at: string | null
  /** Answers that are gone, and the first and last due instant of what retention took; null for none. */
  pruned: { answers: number; from: string; through: string } | null
}
