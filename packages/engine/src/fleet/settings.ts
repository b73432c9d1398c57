import type { HealthThresholds } from '@rota/core'

/** How nodes are watched. Durations in ms. */
export interface FleetSettings {
  /** How often a node is to say how it does. */
  heartbeatMs: number
  /** After so long without a word a node is offline. */
  offlineAfterMs: number
  /** Null: nobody is judged by its usage. */
  thresholds: HealthThresholds | null
  /** Whether only nodes with a GPU may register. */
  requiresGpu: boolean
  /** How long an order may wait for its answer. */
  ackTimeoutMs: number
  /** Who fails so many placements in so long is left out for a while, as long as enough others are left in its pools. */
  quarantine: { failures: number; windowMs: number; forMs: number; share: number }
  /** How long an automatic pool may stand empty. */
  poolPruneMs: number
  /** How long a node that has come takes less than others. */
  slowStartMs: number
  /** How often load is kept for charts, and for how long; how long events are kept. */
  loadEveryMs: number
  loadKeepMs: number
  eventKeepMs: number
  /** How long a leader's term lasts unless it is prolonged. */
  leaderMs: number
  /** How often everybody looks for what others have changed. */
  lookMs: number
}

export const USUAL_FLEET: FleetSettings = {
  heartbeatMs: 5_000,
  offlineAfterMs: 15_000,
  thresholds: { cpu: 0.8, memory: 0.85, disk: 0.9, gpu: 0.95 },
  requiresGpu: false,
  ackTimeoutMs: 5_000,
  quarantine: { failures: 3, windowMs: 60_000, forMs: 60_000, share: 0.5 },
  poolPruneMs: 600_000,
  slowStartMs: 30_000,
  loadEveryMs: 60_000,
  loadKeepMs: 86_400_000,
  eventKeepMs: 30 * 86_400_000,
  leaderMs: 6_000,
  lookMs: 1_000,
}
