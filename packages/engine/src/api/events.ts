import type { ExecutionStatus, FailureKind, NodeState, Trigger } from '@rota/core'

/** What happens inside, for metrics, logs and live pages. Listeners must not throw and must be quick. */
export type EngineEvent =
  | { type: 'execution_created'; id: string; taskId: string | null; trigger: Trigger }
  | { type: 'execution_started'; id: string; taskId: string | null; latenessMs: number; taskType: string }
  | {
      type: 'execution_finished'
      id: string
      taskId: string | null
      tenantId: string | null
      /** Empty where it is not known. */
      taskType: string
      trigger: Trigger
      /** The last one; 0 for an answer that was never to run. */
      attempt: number
      status: ExecutionStatus
      failure: FailureKind | null
      reason: string | null
      /** How long all attempts ran; null where none began. */
      durationMs: number | null
    }
  | {
      type: 'execution_retried'
      id: string
      taskId: string | null
      tenantId: string | null
      attempt: number
      /** When the next attempt starts. */
      runAt: number
    }
  /** Whoever follows what happens could not deal with it; it is given the same again. */
  | { type: 'consumer_failed'; consumer: string; reason: string; retryInMs: number }
  /** So many happenings were removed before a consumer came to them: more than is kept were waiting for it. */
  | { type: 'consumer_missed'; consumer: string; count: number }
  /** A consumer has left so much waiting that what it does not come to will soon be removed. */
  | { type: 'consumer_behind'; consumer: string; waiting: number; oldestAt: number | null }
  /** Others have taken the execution over while this instance was running an attempt of it. */
  | { type: 'execution_fenced'; id: string; taskId: string | null; attempt: number }
  /**
   * This instance had lost its lease, `silentMs` between two renewals (null when it knows of no gap): it has given back
   * what it held, and `executions` that it was running are in others' hands.
   */
  | {
      type: 'instance_fenced'
      instanceId: string
      silentMs: number | null
      givenBack: number
      executions: readonly string[]
    }
  | { type: 'task_changed'; id: string; change: string; actor: string | null }
  | { type: 'batch'; leg: 'plan' | 'claim' | 'complete' | 'submit'; size: number; ms: number }
  /** The wall clock was set back; `byMs` behind what it has shown before. */
  | { type: 'clock_set_back'; byMs: number }
  | { type: 'degraded'; reason: string }
  | { type: 'recovered' }
  /** A node does otherwise than before, as this instance has found. `from` is null for one that has come. */
  | {
      type: 'node_changed'
      id: string
      tenantId: string | null
      from: NodeState | null
      to: NodeState | 'removed'
      reason: string
    }
  /** What is known of pools is another version now, here. */
  | { type: 'pools_applied'; version: number }
  /** Somebody leads in a later term and has published: what this instance wanted to publish was refused. */
  | { type: 'publication_refused'; term: number }
  /** This instance has begun to lead a role, or has ended. */
  | { type: 'leader_changed'; role: string; term: number; leads: boolean }
  /** So many nodes of `of` are silent at once that rather this instance is deaf; nobody is taken for gone yet. */
  | { type: 'nodes_doubted'; silent: number; of: number }
  /** The hot state had forgotten its nodes; and: nearly all of them are back, or the others are given up. */
  | { type: 'era_began'; era: number }
  | { type: 'era_recovered'; era: number; back: number; expected: number }
  /** Room was asked for on a node: `ok`, or why there was none. */
  | { type: 'room_asked'; outcome: string }
  /** A node has taken the order of an execution, so many ms after it was sent. */
  | { type: 'order_acked'; id: string; node: string; ms: number }
  /** An order has not begun on a node, with a reason code. */
  | { type: 'order_failed'; node: string; code: string }
  /** The count of a node's taken slots differed by so much from what it counts, which must never be. */
  | { type: 'capacity_drifted'; node: string; by: number }
