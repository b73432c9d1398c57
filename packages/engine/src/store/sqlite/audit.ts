import type { DatabaseSync } from 'node:sqlite'
import { type AuditDraft, seal } from '@rota/core'
import type { AuditStore } from '../../ports/audit.ts'
import { AUDIT_VALUES } from '../audit-rows.ts'
import { sha256 } from '../sha256.ts'
import { transaction } from './database.ts'
import { prepareAll, rows } from './statements.ts'

/** Writes entries, inside the transaction of what they tell of. */
export type AuditWriter = (drafts: readonly AuditDraft[] | undefined) => void

export function createAuditWriter(db: DatabaseSync): AuditWriter {
  const { insert } = prepareAll(db, { insert: 'insert-audit' })
  return (drafts) => {
    for (const draft of drafts ?? []) insert.run(...AUDIT_VALUES.map((value) => value(draft)))
  }
}

/** Seals entries. With one writer they are committed in the order of their ids. */
export function createSealing(db: DatabaseSync): AuditStore['seal'] {
  const sql = prepareAll(db, {
    head: rows<{ id: number; seq: number; hash: string }>('audit-head'),
    unsealed: rows<AuditDraft & { id: number }>('unsealed-audit'),
    seal: 'seal-audit',
  })
  return async (most) => {
    const last = sql.head.get() ?? null
    const drafts = sql.unsealed.all(last?.id ?? 0, most)
    if (drafts.length === 0) return 0
    transaction(db, () => {
      for (const { id, seq, payloadHash, hash } of seal(drafts, last, sha256)) sql.seal.run(id, seq, payloadHash, hash)
    })
    return drafts.length
  }
}
