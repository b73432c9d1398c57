import type { Execution } from '../api/types.ts'
import type { Outcome } from '../subjects/execution/outcomes.ts'

/** One due instant with its answer, or one that is still to come. Instants are epoch milliseconds. */
export interface RibbonMark {
  /** Unique among the marks of one ribbon; what `onOpen` is given comes with it. */
  id: string
  /** The id of the lane it stands in; ignored where there is only one. */
  lane: string
  /** Shown when it is pointed at. */
  title: string
  taskId: string | null
  /** Null while there is none: a planned occurrence, a missed one. */
  executionId: string | null
  dueAt: number
  /** Null as long as nothing started; skipped and missed ones never do. */
  startedAt: number | null
  /** Null while it runs or waits. */
  endedAt: number | null
  outcome: Outcome
  /** What happened, as the API tells it; put into words when it is shown. */
  why: Why | null
  /** Until when it is expected to queue behind a limit: the stretch is hatched. */
  queuesUntil?: number
}

export type Why = Pick<Execution, 'status' | 'failure' | 'reason' | 'error' | 'exit_code' | 'progress'>

export interface RibbonLane {
  id: string
  label: string
}
