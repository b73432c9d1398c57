import type { DatabaseSync } from 'node:sqlite'
import { type AuditDraft, seal } from '@rota/core'
import { AUDIT_VALUES } from '../audit-rows.ts'
import { sha256 } from '../sha256.ts'
import { prepareAll, rows } from './statements.ts'

/** Writes entries, inside the transaction of what they tell of. */
export type AuditWriter = (drafts: readonly AuditDraft[] | undefined) => void

/**
 * Entries are sealed as they are written: with one writer nobody waits for anybody. What the last one is, the database is
 * asked each time, for a transaction may be rolled back.
 */
export function createAuditWriter(db: DatabaseSync): AuditWriter {
  const { head, insert } = prepareAll(db, {
    head: rows<{ seq: number; hash: string }>('audit-head'),
    insert: 'insert-audit',
  })
  return (drafts) => {
    if (drafts === undefined || drafts.length === 0) return
    for (const entry of seal(drafts, head.get() ?? null, sha256)) {
      insert.run(...AUDIT_VALUES.map((read) => read(entry)), entry.seq, entry.payloadHash, entry.hash)
    }
  }
}
