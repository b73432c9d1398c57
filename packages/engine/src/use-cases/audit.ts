import { type FieldError, invalid, say } from '@rota/core'
import type { Audit } from '../api/audit.ts'
import { yieldToLoop } from '../duties/pulse.ts'
import type { AuditStore } from '../ports/audit.ts'
import { auditView } from '../views/audit-view.ts'

/** Entries that are removed in one transaction. */
const PRUNED_AT_ONCE = 500

/** What people ask of the audit. */
export function createAudit(store: AuditStore): Audit {
  return {
    record: (draft) => store.add([draft]),

    async list({ scope }, filter) {
      const { from, to, request_id: requestId, oldest_first: oldestFirst, ...same } = filter
      const range = rangeOf({ from, to })
      const { rows, nextCursor, ...page } = await store.list({ ...same, ...range, requestId, oldestFirst }, scope)
      return { ...page, rows: rows.map(auditView), next_cursor: nextCursor }
    },

    chain: store.chain,
    last: store.last,

    async prune(before) {
      let pruned = 0
      for (;;) {
        const some = await store.prune(before, PRUNED_AT_ONCE)
        pruned += some
        if (some < PRUNED_AT_ONCE) return pruned
        await yieldToLoop()
      }
    },
  }
}

/** Instants as epoch ms. */
function rangeOf({ from, to }: Partial<Record<'from' | 'to', string | undefined>>) {
  const errors: FieldError[] = []
  const instantOf = (text: string | undefined, path: string) => {
    if (text === undefined) return undefined
    const at = Date.parse(text)
    if (Number.isNaN(at)) errors.push({ path, message: say`is not an ISO 8601 instant such as 2026-12-31T23:00:00Z.` })
    return at
  }
  const range = { from: instantOf(from, 'from'), to: instantOf(to, 'to') }
  if (errors.length > 0) throw invalid(errors)
  return range
}
