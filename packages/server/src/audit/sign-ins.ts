import { type Clock, drafted, SYSTEM } from '@rota/core'
import type { Audit } from '@rota/engine'
import type { SignInTold } from '../auth/sessions.ts'

/** Refused sign-ins within a minute that the audit tells of: strangers must not be able to fill the disk. */
const MOST_REFUSED = 120
const MINUTE_MS = 60_000

/**
 * Has the audit tell of sign-ins, and of those that were refused. Of a name that is nobody's it says nothing: people type
 * their passwords there.
 */
export function signInAudit({ audit, clock }: { audit: Audit; clock: Clock }): (told: SignInTold) => Promise<void> {
  let since = 0
  let refused = 0
  return async ({ result, method, username, userId, address, requestId, reason }) => {
    // What is throttled is told of by what led to it.
    if (result === 'throttled') return
    const now = clock.now()
    if (Math.abs(now - since) >= MINUTE_MS) {
      since = now
      refused = 0
    }
    if (result === 'refused' && ++refused > MOST_REFUSED) return
    const name = userId === null ? null : username
    const caller = { ...SYSTEM, name: name ?? 'nobody', userId, address, requestId }
    const [action, outcome] = result === 'ok' ? (['signed in', 'done'] as const) : (['sign-in', 'refused'] as const)
    const detail = { method, ...(reason !== null && { reason }) }
    const draft = drafted(caller, { kind: 'session', id: null, name, action, outcome, detail }, now)
    await audit.record(name === null ? { ...draft, actor: null } : draft)
  }
}
