import type { ExecutionStatus, FailureKind } from './execution.ts'
import type { Json } from './json.ts'
import type { Target } from './nodes/target.ts'
import type { AttemptLimits } from './policy/bounds.ts'
import type { NetworkRules } from './policy/rules.ts'

/** Everything an executor needs to run one attempt. It gets no access to the server's own environment. */
export interface RunRequest {
  executionId: string
  /** 1 for the first attempt. */
  attempt: number
  taskId: string | null
  taskName: string | null
  /** The due instant for a scheduled execution, else when it was asked for; epoch ms. */
  scheduledAt: number
  /** Type-specific part of the task, e.g. `{ command }` for `shell`. It was validated when it was saved. */
  payload: Record<string, Json>
  params: { args: Json[]; kwargs: Record<string, Json> }
  /** The task's own variables, added to the small base environment. */
  env: Record<string, string>
  workingDir: string | null
  /** Milliseconds until the attempt is stopped with failure `timeout`; null for none. */
  timeoutMs: number | null
  /** Milliseconds between SIGTERM and SIGKILL. */
  killGraceMs: number
  /** Bytes of log kept; beyond it head and tail are kept and the cut is marked. */
  maxLogBytes: number
  /** Number of the claim this attempt runs under; higher for every later claim of the same execution. */
  fence?: number
  /** Name of the user to run as; null or absent for the server's own. */
  runAs?: string | null
  /** True leaves what the program left behind running, once it has ended by itself. */
  detach?: boolean
  /** Encoding of the output as `encodingOf` knows it; null or absent for UTF-8. */
  encoding?: string | null
  /** Values that stand in the payload, the parameters or `env`, and may stand in nothing that the attempt says. */
  secrets?: readonly string[]
  /** What it may use at most; null or absent for no more than the host's own limits. */
  limits?: AttemptLimits | null
  /** Lists of directories, in one of each of which it must work, links followed. Absent: anywhere the host lets it. */
  workingDirs?: readonly (readonly string[])[]
  /** What is said of the hosts it may reach; all of it holds, beside the host's own rules. */
  network?: readonly NetworkRules[]
}

/** An attempt as it is handed to whoever runs it: plain data, the same for this process and for another machine. */
export interface Order extends RunRequest {
  /** The task's type: which executor runs it. */
  type: string
  target: Target
  fence: number
  /** Epoch ms after which it must not begin any more; null for never too late. */
  deadline: number | null
}

/**
 * Why an order is not carried out. `unsupported`: it never will be there; `busy`, `draining`: not now; `late`: its
 * deadline has passed; `stale_fence`: a later claim of the execution is known.
 */
export type Refusal = 'unsupported' | 'busy' | 'draining' | 'late' | 'stale_fence'

export type LogStream = 'stdout' | 'stderr' | 'system'

/** One line of output. `text` has no line terminator; bytes that are not UTF-8 appear as U+FFFD. */
export interface LogLine {
  /** Epoch ms at which the line was complete. */
  at: number
  stream: LogStream
  text: string
}

/** A line of output that its program has not ended yet; it has no number and is not in the log. */
export interface UnfinishedLine {
  stream: 'stdout' | 'stderr'
  /** What a terminal would show of it; of a long one the end. */
  text: string
  /** Epoch ms of its last bytes. */
  since: number
}

/** How an attempt ended. */
export interface RunOutcome {
  status: Extract<ExecutionStatus, 'success' | 'failed' | 'cancelled'>
  failure: FailureKind | null
  exitCode: number | null
  /** Name of the signal that ended the process, e.g. `SIGKILL`. */
  signal: string | null
  /** One or a few sentences for a person; null on success. */
  error: string | null
  /** From a handler's return value, a `::result::` line, or an HTTP response. */
  result: Json
  /** The last bytes of output (at most 16 KiB), for lists and notifications. */
  outputTail: string
  cpuSeconds: number | null
  maxRssBytes: number | null
  /** Bytes of output that were not kept. */
  droppedLogBytes: number
}
