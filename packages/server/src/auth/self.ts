import { type Caller, SYSTEM } from '@rota/core'
import type { UserRow } from '../user-row.ts'

/** Where a request came from that nobody has signed in for yet. */
export interface From {
  address: string
  requestId: string | null
}

/** Somebody who acts for the own account before there is a session: for the audit, and for nothing else. */
export function selfCaller(user: Pick<UserRow, 'id' | 'username'>, { address, requestId }: From): Caller {
  return { ...SYSTEM, name: user.username, userId: user.id, address, requestId, rights: {}, grants: [] }
}
