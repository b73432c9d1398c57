import type { Spread } from '@rota/core'
import type { NodeWork } from '../ports/placer.ts'
import { partId, type SpreadPlan } from '../ports/spread.ts'

interface PlanInput {
  /** What is spread, as if it were to run on one node. */
  work: NodeWork
  spread: Spread
  /** Parts that are to run; null for all. A retry runs again what has failed. */
  only: readonly string[] | null
  /** Nodes that the work fits, room or not, in a fixed order. */
  nodes: readonly string[]
}

/** Which parts an execution has, and where each may run. */
export function spreadPlan({ work, spread, only, nodes }: PlanInput): SpreadPlan {
  const names = spread.kind === 'broadcast' ? nodes : Array.from({ length: spread.count }, (_, index) => String(index))
  const parts = names.map((name, index) => ({
    name,
    index,
    work: {
      ...work,
      executionId: partId(work.executionId, index),
      target:
        spread.kind === 'broadcast' ? { ...work.target, node_id: name, strategy: 'pinned' as const } : work.target,
    },
  }))
  const { queue_timeout_seconds: seconds } = work.target
  return {
    parts: only === null ? parts : parts.filter(({ name }) => only.includes(name)),
    count: names.length,
    atOnce: spread.kind === 'broadcast' ? spread.atOnce : names.length,
    stopAfter: spread.kind === 'broadcast' ? spread.stopAfter : null,
    waitMs: seconds === null ? null : seconds * 1_000,
  }
}
