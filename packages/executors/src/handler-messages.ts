import type { Json } from '@rota/core'

/** One call as it is sent to a worker thread. */
export interface CallMessage {
  id: number
  name: string
  args: Json[]
  kwargs: Record<string, Json>
  executionId: string
  taskId: string | null
  taskName: string | null
  attempt: number
  scheduledAt: number
}

/** What the pool tells a worker. `ping` asks whether its event loop still turns. */
export type ToWorker =
  | { kind: 'calls'; calls: CallMessage[] }
  | { kind: 'abort'; id: number; reason: string }
  | { kind: 'ping' }

/** What happens in a call. */
export type CallEvent =
  | { kind: 'log'; id: number; stream: 'stdout' | 'stderr'; text: string }
  | { kind: 'progress'; id: number; percent: number; message: string | null }
  | { kind: 'returned'; id: number; result: Json }
  | { kind: 'threw'; id: number; error: string }
  | { kind: 'unknown'; id: number }

/** What a worker tells the pool. */
export type FromWorker =
  | { kind: 'ready'; names: string[] }
  | { kind: 'unusable'; error: string }
  | { kind: 'events'; events: CallEvent[] }
  | { kind: 'pong' }

/** Given to a worker thread when it starts. */
export interface WorkerSetup {
  /** URL of the plug-in module. */
  module: string
  maxResultBytes: number
}
