import { say } from '../language/say.ts'
import type { Candidate, Counterfactual, PlacementRequest, ReasonCode } from './model.ts'
import { parseSelector, requirementText, type Selector, unmet } from './selector.ts'

/**
 * Why a candidate may not fit, from what never changes to what passes by itself: of several faults the first is told,
 * and whoever came furthest is nearest to fitting. The position is the bit in a set of faults.
 */
export const FAULTS = [
  'TENANT',
  'OTHER_NODE',
  'OTHER_POOL',
  'LABELS',
  'NO_TYPE',
  'NO_HANDLER',
  'NO_CAPABILITY',
  'NO_LANGUAGE',
  'NO_MODEL',
  'OFFLINE',
  'DRAINING',
  'UNREACHABLE',
  'QUARANTINED',
  'FULL',
  'NODE_BUSY',
] as const satisfies readonly ReasonCode[]

type Fault = (typeof FAULTS)[number]

const bitOf = (fault: Fault): number => 1 << FAULTS.indexOf(fault)

const TENANT = bitOf('TENANT')
const OTHER_NODE = bitOf('OTHER_NODE')
const OTHER_POOL = bitOf('OTHER_POOL')
const LABELS = bitOf('LABELS')
const NO_TYPE = bitOf('NO_TYPE')
const NO_HANDLER = bitOf('NO_HANDLER')
const NO_CAPABILITY = bitOf('NO_CAPABILITY')
const NO_LANGUAGE = bitOf('NO_LANGUAGE')
const NO_MODEL = bitOf('NO_MODEL')
const OFFLINE = bitOf('OFFLINE')
const DRAINING = bitOf('DRAINING')
const UNREACHABLE = bitOf('UNREACHABLE')
const QUARANTINED = bitOf('QUARANTINED')
const FULL = bitOf('FULL')
const NODE_BUSY = bitOf('NODE_BUSY')

/** Wishes that may be dropped, with the faults that go with them. */
export const DROPPABLE: readonly (readonly [Counterfactual['dropped'], number])[] = [
  ['pool', OTHER_POOL],
  ['node_id', OTHER_NODE],
  ['selector', LABELS],
  ['capability', NO_CAPABILITY | NO_LANGUAGE | NO_MODEL],
  ['languages', NO_LANGUAGE],
  ['model', NO_MODEL],
  ['type', NO_TYPE],
  ['handler', NO_HANDLER],
  ['capacity', FULL],
]

/** A request as candidates are held to it: read once. */
export interface Wishes {
  request: PlacementRequest
  hasPool: boolean
  selector: Selector
  handler: string | null
  avoid: ReadonlySet<string>
}

/** Throws RotaError `invalid` for a selector that cannot be read; whoever writes a target has it read before. */
export function wishesOf(request: PlacementRequest, hasPool: boolean): Wishes {
  const { target, type, handler, avoid } = request
  return {
    request,
    hasPool,
    selector: target.selector === null ? [] : parseSelector(target.selector, 'target.selector'),
    handler: type === 'handler' ? handler : null,
    avoid: new Set(avoid),
  }
}

/** Everything that speaks against a candidate, as a set of bits; 0 when it fits. */
export function faultsOf(candidate: Candidate, wishes: Wishes): number {
  return whoseFaults(candidate, wishes) | whatFaults(candidate, wishes) | howFaults(candidate, wishes)
}

/** The node of another tenant, of which nothing is told. */
export function isOfOthers(faults: number): boolean {
  return (faults & TENANT) !== 0
}

/** The fault that is told: the first. */
export function firstFault(faults: number): Fault {
  return FAULTS[31 - Math.clz32(faults & -faults)]!
}

/** Whose it is and where it belongs. */
function whoseFaults({ tenantId, id, pools, labels }: Candidate, { request, hasPool, selector }: Wishes): number {
  const { target } = request
  let faults = 0
  if (tenantId !== null && tenantId !== request.tenantId) faults |= TENANT
  if (target.node_id !== null && target.node_id !== id) faults |= OTHER_NODE
  if (target.pool !== null && !(hasPool && pools.includes(target.pool))) faults |= OTHER_POOL
  if (selector.length > 0 && unmet(selector, labels) !== null) faults |= LABELS
  return faults
}

/** What it can do. */
function whatFaults({ types, handlers, capabilities }: Candidate, { request, handler }: Wishes): number {
  let faults = 0
  if (!types.includes(request.type)) faults |= NO_TYPE
  if (handler !== null && !handlers.includes(handler)) faults |= NO_HANDLER
  const needed = request.target.capability
  if (needed === null) return faults
  const offered = Object.hasOwn(capabilities, needed.service) ? capabilities[needed.service] : undefined
  if (offered === undefined) return faults | NO_CAPABILITY
  for (const language of needed.languages) if (!offered.languages.includes(language)) faults |= NO_LANGUAGE
  if (needed.model !== null && !offered.models.includes(needed.model)) faults |= NO_MODEL
  return faults
}

/** How it does just now. */
function howFaults(candidate: Candidate, { avoid }: Wishes): number {
  let faults = 0
  if (candidate.state === 'offline') faults |= OFFLINE
  else if (candidate.state === 'draining') faults |= DRAINING
  if (!candidate.isConnected) faults |= UNREACHABLE
  if (candidate.isQuarantined) faults |= QUARANTINED
  if (candidate.running + candidate.reserved >= candidate.capacity) faults |= FULL
  if (avoid.size > 0 && avoid.has(candidate.id)) faults |= NODE_BUSY
  return faults
}

/** What exactly is lacking, for people; null where the reason says it all. */
export function detailOf(candidate: Candidate, fault: Fault, { request, selector, handler }: Wishes): string | null {
  const { pool, capability } = request.target
  switch (fault) {
    case 'OTHER_POOL':
      return say`It is not in ${pool!}.`
    case 'LABELS':
      return say`It does not meet ${requirementText(unmet(selector, candidate.labels)!)}.`
    case 'NO_TYPE':
      return say`It does not run ${request.type}.`
    case 'NO_HANDLER':
      return say`It does not have ${handler!}.`
    case 'NO_CAPABILITY':
      return say`It does not offer ${capability!.service}.`
    case 'NO_LANGUAGE': {
      const { languages } = candidate.capabilities[capability!.service]!
      const missing = capability!.languages.filter((language) => !languages.includes(language))
      return say`It does not offer ${capability!.service} in ${missing.join(', ')}.`
    }
    case 'NO_MODEL':
      return say`It does not offer ${capability!.service} with ${capability!.model!}.`
    case 'OFFLINE':
    case 'DRAINING':
      return candidate.stateReason === '' ? null : candidate.stateReason
    case 'FULL':
      return say`${candidate.running + candidate.reserved} of ${candidate.capacity} slots are taken.`
    default:
      return null
  }
}
