import { type AttemptView, type Clock, retryDelayMs, say, shallRetry } from '@rota/core'
import type { Executor, LogLine, Run, RunOutcome, RunSink, UnfinishedLine } from '@rota/executors'
import { rankOf } from '../planning/rank.ts'
import { attemptsOf, ranMs } from '../ports/attempts.ts'
import type { Begun, Claimed, Settlement } from '../ports/executions.ts'
import type { LogStore } from '../ports/logs.ts'
import type { Tails } from '../ports/tails.ts'
import type { Work } from '../work.ts'
import type { Completer } from './completer.ts'
import type { Pulse } from './pulse.ts'

/** A claimed execution in this instance's hands, not started yet. */
export interface Held {
  row: Claimed
  work: Work
  /** Set when it must not start any more. */
  dropped: boolean
}

interface Running {
  held: Held
  run: Run
  startedAt: number
  /** Somebody wants it stopped for good. */
  cancelled: boolean
  progress: { percent: number; message: string | null } | null
}

export interface RunnerOptions {
  clock: Clock
  executors: ReadonlyMap<string, Executor>
  logs: LogStore
  tails: Tails
  completer: Completer
  pulse: Pulse
  random: () => number
  priorityStepMs: number
  /** Told when an attempt has ended and its place is free. */
  onEnded: (held: Held) => void
}

/** Runs attempts and turns their ends into settlements. */
export function createRunner(options: RunnerOptions) {
  const { clock, executors, logs, tails, completer, pulse } = options
  const running = new Map<number, Running>()
  /** Attempts whose execution somebody else has taken over. It may even run here again while they are being ended. */
  const abandoned = new Set<Held>()
  let stopping = false
  let waitingForIdle: (() => void)[] = []

  function sinkOf(held: Held): RunSink & { wrote: boolean } {
    const { id, attempt, seq } = held.row
    return {
      wrote: false,
      lines(batch: LogLine[]) {
        // Its numbers are those of whoever goes on with the log.
        if (abandoned.has(held)) return true
        this.wrote = true
        tails.publish(id, attempt, batch)
        return logs.append(id, attempt, batch)
      },
      drained: () => logs.drained(),
      progress(percent, message) {
        const entry = running.get(seq)
        if (entry) entry.progress = { percent, message }
      },
      unfinished(line: UnfinishedLine | null) {
        if (running.get(seq)?.held === held) tails.publishUnfinished(id, line)
      },
    }
  }

  function start(held: Held) {
    const { row, work } = held
    const startedAt = clock.now()
    const executor = executors.get(work.type)
    if (executor === undefined) {
      refuse(held, say`no executor runs tasks of type ${JSON.stringify(work.type)} on this server`)
      options.onEnded(held)
      return
    }
    const sink = sinkOf(held)
    pulse.emit({
      type: 'execution_started',
      id: row.id,
      taskId: work.taskId,
      latenessMs: startedAt - row.runAt,
      taskType: work.type,
    })
    const run = startSafely(
      executor,
      {
        executionId: row.id,
        attempt: row.attempt,
        taskId: work.taskId,
        taskName: work.name,
        scheduledAt: row.dueAt,
        payload: work.payload,
        params: work.params,
        env: work.env,
        workingDir: work.workingDir,
        timeoutMs: work.timeoutMs,
        killGraceMs: work.killGraceMs,
        maxLogBytes: work.maxLogBytes,
        fence: row.claimSeq,
        runAs: work.runAs,
        detach: work.detach,
        encoding: work.encoding,
      },
      sink,
    )
    const entry = { held, run, startedAt, cancelled: false, progress: null }
    running.set(row.seq, entry)
    void run.done.then(
      (outcome) => ended(entry, outcome, sink.wrote),
      (error) => ended(entry, outcomeOfError(error), sink.wrote),
    )
  }

  async function ended(entry: Running, outcome: RunOutcome, wrote: boolean) {
    const { held, startedAt } = entry
    const { row } = held
    if (!abandoned.has(held)) {
      // Whoever reads "success" may read the log next.
      if (wrote) await logs.flush(row.id)
    }
    if (!abandoned.delete(held)) {
      running.delete(row.seq)
      const isHandedOver = stopping && outcome.status === 'cancelled' && !entry.cancelled
      settle(held, startedAt, isHandedOver ? handedOver(outcome) : outcome)
      tails.end(row.id)
    }
    options.onEnded(held)
    if (running.size + abandoned.size > 0) return
    const waiting = waitingForIdle
    waitingForIdle = []
    for (const resolve of waiting) resolve()
  }

  function settle(held: Held, startedAt: number, outcome: RunOutcome) {
    const { row, work } = held
    const begun = begunOf(held, startedAt)
    const finishedAt = clock.now()
    const { failure, exitCode, error } = outcome
    if (outcome.status === 'failed' && shallRetry(work.retry, { attempt: row.attempt, failure: failure!, exitCode })) {
      const runAt = finishedAt + retryDelayMs(work.retry, row.attempt, options.random())
      const rank = rankOf(runAt, row.priority, options.priorityStepMs)
      const attempts = withAttempt(row, { startedAt, finishedAt, outcome })
      completer.settle({ kind: 'retry', seq: row.seq, claimSeq: row.claimSeq, begun, runAt, rank, attempts })
      pulse.emit({ type: 'execution_retried', id: row.id, attempt: row.attempt, runAt })
      return
    }
    const end: Settlement = {
      kind: 'finish',
      seq: row.seq,
      claimSeq: row.claimSeq,
      begun,
      status: outcome.status,
      failure,
      reason: null,
      startedAt,
      finishedAt,
      exitCode,
      error,
      output: outcome.outputTail === '' ? null : outcome.outputTail,
      result: outcome.result === null || outcome.result === undefined ? null : JSON.stringify(outcome.result),
      cpuMs: whole(outcome.cpuSeconds, 1000),
      maxRssBytes: whole(outcome.maxRssBytes),
      droppedLogBytes: whole(outcome.droppedLogBytes) ?? 0,
      keep: work.keep,
    }
    const durationMs = ranMs(attemptsOf(row.attempts)) + finishedAt - startedAt
    const { taskId, type: taskType } = work
    const { status } = outcome
    const about = { id: row.id, taskId, taskType, trigger: row.trigger, status, failure, durationMs }
    completer.settle(end, () => pulse.emit({ type: 'execution_finished', ...about }))
  }

  /** Ends an execution that cannot even be started. */
  function refuse(held: Held, why: string) {
    settle(held, clock.now(), {
      status: 'failed',
      failure: 'dispatch',
      exitCode: null,
      signal: null,
      error: say`It could not be started: ${why}.`,
      result: null,
      outputTail: '',
      cpuSeconds: null,
      maxRssBytes: null,
      droppedLogBytes: 0,
    })
  }

  return {
    start,
    refuse,
    get size() {
      return running.size
    },
    has: (seq: number) => running.has(seq),
    isRunning(id: string): boolean {
      for (const { held } of running.values()) if (held.row.id === id) return true
      return false
    },
    progressOf(id: string) {
      for (const { held, progress } of running.values()) if (held.row.id === id) return progress
      return null
    },
    /** The claims of what runs here. */
    claims: () => [...running.values()].map(({ held: { row } }) => ({ seq: row.seq, claimSeq: row.claimSeq })),
    /** Asks a running attempt to stop; false when it is not running here. */
    cancel(seq: number, reason: string): boolean {
      const entry = running.get(seq)
      if (entry === undefined) return false
      entry.cancelled = true
      entry.run.cancel(reason)
      return true
    },
    /**
     * Ends an attempt whose execution somebody else has taken over; what it says and how it ends is dropped. Answers
     * which it was, if it runs here.
     */
    abandon(seq: number, reason: string): Begun | null {
      const entry = running.get(seq)
      if (entry === undefined) return null
      running.delete(seq)
      abandoned.add(entry.held)
      tails.publishUnfinished(entry.held.row.id, null)
      entry.run.cancel(reason)
      return begunOf(entry.held, entry.startedAt)
    },
    /** Resolves when nothing runs; after `graceMs` whatever still runs is stopped and handed over by its retry policy. */
    async drain(graceMs: number) {
      if (running.size + abandoned.size === 0) return
      const empty = new Promise<void>((resolve) => {
        waitingForIdle.push(resolve)
      })
      const timer = clock.after(graceMs, () => {
        stopping = true
        for (const { run } of running.values()) run.cancel(say`the server is shutting down`)
      })
      await empty
      timer.cancel()
    },
  }
}

function begunOf({ row, work }: Held, startedAt: number): Begun {
  return { id: row.id, taskId: work.taskId, attempt: row.attempt, startedAt }
}

export type Runner = ReturnType<typeof createRunner>

/** Executors of plug-ins may break their promise never to throw; that is the end of the attempt, not of the server. */
function startSafely(executor: Executor, ...call: Parameters<Executor['start']>): Run {
  try {
    return executor.start(...call)
  } catch (error) {
    return { done: Promise.reject(error), cancel: () => undefined }
  }
}

/** Measurements come from plug-ins too; what is no number must not cost an execution its end. */
function whole(value: number | null | undefined, scale = 1): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * scale) : null
}

function outcomeOfError(error: unknown): RunOutcome {
  return {
    status: 'failed',
    failure: 'error',
    exitCode: null,
    signal: null,
    error: say`The executor broke down: ${error instanceof Error ? error.message : String(error)}`,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}

/** A run that was stopped because the server goes is lost to it, not cancelled by anybody. */
function handedOver(outcome: RunOutcome): RunOutcome {
  return { ...outcome, status: 'failed', failure: 'lost', error: say`The server was stopped while it ran.` }
}

function withAttempt(
  row: Claimed,
  { startedAt, finishedAt, outcome }: { startedAt: number; finishedAt: number; outcome: RunOutcome },
): string {
  const attempt: AttemptView = {
    attempt: row.attempt,
    started_at: new Date(startedAt).toISOString(),
    finished_at: new Date(finishedAt).toISOString(),
    status: 'failed',
    failure: outcome.failure,
    exit_code: outcome.exitCode,
    error: outcome.error,
  }
  return JSON.stringify([...attemptsOf(row.attempts), attempt])
}
