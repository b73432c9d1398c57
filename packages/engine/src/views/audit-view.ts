import type { Json } from '@rota/core'
import type { AuditView } from '../api/audit.ts'
import type { AuditRecord } from '../ports/audit.ts'

/** An entry of the audit as people read it. */
export function auditView(record: AuditRecord): AuditView {
  const { seq, actor, credential, address, kind, action, outcome, payload, hash } = record
  const parts = payload === null ? {} : (JSON.parse(payload) as { before?: Json; after?: Json; detail?: Json })
  return {
    seq,
    at: new Date(record.at).toISOString(),
    tenant_id: record.tenantId,
    actor,
    user_id: record.userId,
    credential,
    address,
    request_id: record.requestId,
    kind,
    subject_id: record.subjectId,
    subject_name: record.subjectName,
    action,
    outcome,
    before: parts.before ?? null,
    after: parts.after ?? null,
    detail: parts.detail ?? null,
    payload,
    payload_hash: record.payloadHash,
    hash,
  }
}
