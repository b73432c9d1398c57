import type { TargetInput } from '../task-fields/target-field.ts'
import type { NeededCapability, Spread, Target } from './target.ts'

/** A target with everything said. */
export function targetOf(input: TargetInput): Target {
  if (input.kind === 'local') return LOCAL
  const { pool, node_id, selector, capability, strategy, queue_timeout_seconds, on_lost } = input
  return {
    kind: 'node',
    pool: pool ?? null,
    node_id: node_id ?? null,
    selector: selectorOf(selector),
    capability: capabilityOf(capability),
    strategy: strategy ?? (node_id === undefined ? 'random' : 'pinned'),
    queue_timeout_seconds: queue_timeout_seconds ?? null,
    on_lost: on_lost ?? 'restart',
  }
}

/** On how many nodes it runs, where that is not one. */
export function spreadOf({ broadcast, shards }: TargetInput): Spread | null {
  if (broadcast !== undefined) {
    return { kind: 'broadcast', atOnce: broadcast.at_once ?? 10_000, stopAfter: broadcast.stop_after ?? null }
  }
  return shards === undefined ? null : { kind: 'shards', count: shards }
}

const LOCAL: Target = { kind: 'local' }

/** A selector as text; null for none. */
export function selectorOf(selector: TargetInput['selector']): string | null {
  if (selector === undefined || selector === '') return null
  if (typeof selector === 'string') return selector
  const terms = Object.entries(selector).map(([label, value]) => `${label}=${value}`)
  return terms.length === 0 ? null : terms.join(', ')
}

function capabilityOf(capability: TargetInput['capability']): NeededCapability | null {
  if (capability === undefined) return null
  if (typeof capability === 'string') return { service: capability, languages: [], model: null }
  return { service: capability.service, languages: capability.languages ?? [], model: capability.model ?? null }
}
