import { say } from '../language/say.ts'
import type { ReasonAction, ReasonCode } from './model.ts'

/** What a reason code says to people, and who has to do something about it. */
export interface ReasonText {
  action: ReasonAction
  text: string
}

const REASONS: Readonly<Record<ReasonCode, readonly [ReasonAction, () => string]>> = {
  NO_POOL: ['change request', () => say`There is no pool of this name.`],
  POOL_EMPTY: ['operator', () => say`No node is in the pool.`],
  NO_NODE: ['operator', () => say`There is no node that it may use.`],
  OTHER_NODE: ['change request', () => say`It is not the node that was asked for.`],
  OTHER_POOL: ['change request', () => say`The node is not in the pool.`],
  NO_CAPABILITY: ['change request', () => say`The node does not offer the service.`],
  NO_LANGUAGE: ['change request', () => say`The node offers the service, but not in all of the languages.`],
  NO_MODEL: ['change request', () => say`The node offers the service, but not with the model.`],
  NO_TYPE: ['change request', () => say`The node does not run work of this type.`],
  NO_HANDLER: ['change request', () => say`The node does not have the function.`],
  LABELS: ['change request', () => say`The labels of the node do not meet the selector.`],
  TENANT: ['operator', () => say`The node belongs to another tenant.`],
  DRAINING: ['operator', () => say`The node is draining and takes nothing new.`],
  OFFLINE: ['operator', () => say`The node is offline.`],
  UNREACHABLE: ['wait', () => say`The node cannot be reached just now.`],
  FULL: ['wait', () => say`The node has no free slot.`],
  NODE_BUSY: ['wait', () => say`The node has just turned it away.`],
  QUARANTINED: ['wait', () => say`The node has failed too often of late and is left alone for a while.`],
  AFFINITY_REQUIRED_BUSY: ['wait', () => say`The node that it is bound to has no room.`],
  EPOCH_CHANGED: ['wait', () => say`The node has started anew meanwhile.`],
  ACK_TIMEOUT: ['wait', () => say`The node did not confirm the work in time.`],
  BOOKED_UNTIL: ['wait', () => say`It is booked by somebody else.`],
  QUOTA: ['wait', () => say`The quota is used up.`],
  STORE_UNAVAILABLE: ['operator', () => say`The state of the nodes cannot be read or written now.`],
  INVENTORY_STALE: ['operator', () => say`What is known of the nodes is too old.`],
  GANG_SHORT: ['wait', () => say`Fewer nodes have room than it needs at once.`],
  PREEMPTED: ['wait', () => say`It made room for more urgent work.`],
  DEADLINE: ['change request', () => say`It has waited for as long as it may.`],
}

/** What a reason code means, in one sentence, and who has to do something about it. */
export function describeReason(code: ReasonCode): ReasonText {
  const [action, text] = REASONS[code]
  return { action, text: text() }
}
