import type { AuditDraft } from '@rota/core'

type Value = string | number | null

/** What an entry says, in the order of the parameters of `insert-audit`. */
export const AUDIT_VALUES: readonly ((draft: AuditDraft) => Value)[] = [
  (draft) => draft.at,
  (draft) => draft.tenantId,
  (draft) => draft.actor,
  (draft) => draft.userId,
  (draft) => draft.credential,
  (draft) => draft.address,
  (draft) => draft.requestId,
  (draft) => draft.kind,
  (draft) => draft.subjectId,
  (draft) => draft.subjectName,
  (draft) => draft.action,
  (draft) => draft.outcome,
  (draft) => draft.payload,
]
