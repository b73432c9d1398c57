import { type AuditDraft, seal } from '@rota/core'
import type { AuditStore } from '../../ports/audit.ts'
import { AUDIT_VALUES } from '../audit-rows.ts'
import { sha256 } from '../sha256.ts'
import type { Database, Session } from './database.ts'
import { columnsOf, storable } from './values.ts'

/** Writes entries with the transaction of what they tell of; they are there when it is. */
export function writeAudit(tx: Session, drafts: readonly AuditDraft[]): void {
  if (drafts.length > 0) void tx.run('insert-audit', auditColumns(drafts))
}

/** The parameters of `insert-audit`. */
export function auditColumns(drafts: readonly AuditDraft[]): unknown[][] {
  return columnsOf(
    drafts,
    AUDIT_VALUES.map((read) => (draft) => {
      const value = read(draft)
      return typeof value === 'string' ? storable(value) : value
    }),
  )
}

/**
 * Seals entries that are committed: those of one moment are committed in any order, so that what is seen last may have
 * been written first. What hangs together keeps its order, because whoever changes a thing waits for whoever changes it.
 */
export function createSealing(db: Database): AuditStore['seal'] {
  return (most) =>
    db.transaction(async (tx) => {
      const [may] = await tx.run<{ isAlone: boolean }>('try-sealing')
      if (!may!.isAlone) return 0
      const [heads, drafts] = await Promise.all([
        tx.run<{ seq: number; hash: string }>('audit-head'),
        tx.run<AuditDraft & { entry: number }>('unsealed-audit', [most]),
      ])
      if (drafts.length === 0) return 0
      const sealed = seal(drafts, heads[0] ?? null, sha256)
      const columns = columnsOf(sealed, [(it) => it.entry, (it) => it.seq, (it) => it.payloadHash, (it) => it.hash])
      await tx.run('seal-audit', columns)
      return drafts.length
    })
}
