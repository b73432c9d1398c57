import {
  type AttemptView,
  type Clock,
  type FailureKind,
  type Order,
  type Refusal,
  type RunOutcome,
  retryDelayMs,
  say,
  shallRetry,
} from '@rota/core'
import { rankOf } from '../planning/rank.ts'
import { attemptsOf } from '../ports/attempts.ts'
import type { Begun, Claimed, ClaimKey, Finish, Settlement } from '../ports/executions.ts'
import type { LogStore } from '../ports/logs.ts'
import type { Tails } from '../ports/tails.ts'
import { AttemptReport, isAbandoned, type Running, type Told } from './attempt-report.ts'
import type { Bound } from './bounding.ts'
import type { Completer } from './completer.ts'
import { type Hand, type Held, releasePlace } from './hand.ts'
import type { Pulse } from './pulse.ts'

export interface RunnerOptions {
  clock: Clock
  hand: Hand
  logs: LogStore
  tails: Tails
  completer: Completer
  pulse: Pulse
  /** Holds attempts to the policies in force. */
  bound: (order: Order, work: Held['work']) => Bound
  random: () => number
  priorityStepMs: number
  /** Nodes that an execution may lose before it is given up. */
  poisonAfter: number
}

/** Offers attempts to whoever runs them, and turns their ends into settlements. */
export interface Runner {
  /** Offers an execution that has a place and of which the store knows that it starts. */
  start(held: Held): void
  isRunning(id: string): boolean
  progressOf(id: string): Running['progress']
  /** When the node that runs it said so; null where that is not known here. */
  ackedAtOf(id: string): number | null
  /** Goes on with an attempt that another instance began on a node. */
  adopt(held: Held, startedAt: number): void
  /** The claims of what runs here. */
  claims(): ClaimKey[]
  /** Asks a running attempt to stop; false when it is not running here. */
  cancel(seq: number, reason: string): boolean
  /**
   * Ends an attempt whose execution somebody else has taken over; what it says and how it ends is dropped. Answers
   * which it was, if it runs here.
   */
  abandon(seq: number, reason: string): Begun | null
  /**
   * Resolves when nothing runs here; after `graceMs` whatever still does is stopped and handed over by its retry policy.
   * What runs on nodes goes on, for whoever adopts it.
   */
  drain(graceMs: number): Promise<void>
}

export function createRunner(options: RunnerOptions): Runner {
  const { clock, hand, logs, tails, completer, pulse } = options
  const attempts = new Map<Held, Running>()
  let stopping = false
  let waitingForIdle: (() => void)[] = []

  const told: Told = { logs, tails, acked, refused, ended, lost }

  function start(held: Held) {
    const { row, work } = held
    const startedAt = clock.now()
    const entry: Running = { held, startedAt, cancelled: false, progress: null, ackedAt: null }
    attempts.set(held, entry)
    const latenessMs = startedAt - row.runAt
    pulse.emit({ type: 'execution_started', id: row.id, taskId: work.taskId, latenessMs, taskType: work.type })
    const { order, why } = options.bound(orderOf(held), work)
    if (order !== null) held.place!.channel.offer(order, new AttemptReport(entry, told))
    else void ended(entry, disallowed(why), false)
  }

  function acked(entry: Running) {
    const { held } = entry
    hand.move(held, 'running')
    if (held.place?.onNode !== undefined) entry.ackedAt = clock.now()
  }

  function adopt(held: Held, startedAt: number) {
    const entry: Running = { held, startedAt, cancelled: false, progress: null, ackedAt: startedAt }
    attempts.set(held, entry)
    held.place!.channel.resume!(keyOf(held), new AttemptReport(entry, told, true))
  }

  /** Its node is gone. */
  async function lost(entry: Running, why: string) {
    const { held, startedAt, cancelled } = entry
    const { target } = held.work
    if (!isAbandoned(held)) await logs.flush(held.row.id)
    if (!isAbandoned(held)) {
      tails.publishUnfinished(held.row.id, null)
      const outcome = unbegun('lost', why)
      const mayGoElsewhere = target.kind === 'node' && target.on_lost === 'restart' && !cancelled
      if (mayGoElsewhere && lostBefore(held.row) + 1 < options.poisonAfter) restart(held, startedAt, outcome)
      else settle(held, startedAt, cancelled ? { ...outcome, status: 'cancelled', failure: null } : outcome)
    }
    over(held)
  }

  /** The next attempt begins at once: none was used up by what the work itself did. */
  function restart(held: Held, startedAt: number, outcome: RunOutcome) {
    const { row } = held
    const finishedAt = clock.now()
    const attempts = withAttempt(held, { startedAt, finishedAt, outcome })
    const rank = rankOf(finishedAt, row.priority, options.priorityStepMs)
    completer.settle({ kind: 'retry', ...endOf(held, startedAt), runAt: finishedAt, rank, attempts })
  }

  async function ended(entry: Running, outcome: RunOutcome, wrote: boolean) {
    const { held, startedAt } = entry
    // The node is there; the program on it that ran the attempt is not any more.
    if (outcome.failure === 'lost' && held.place?.onNode !== undefined) return lost(entry, outcome.error ?? '')
    // Nobody has asked for that but the node, which stops.
    if (outcome.status === 'cancelled' && held.place?.onNode !== undefined && !entry.cancelled) {
      return lost(entry, say`Its node was stopped while it ran.`)
    }
    // Whoever reads "success" may read the log next.
    if (!isAbandoned(held) && wrote) await logs.flush(held.row.id)
    if (!isAbandoned(held)) {
      tails.publishUnfinished(held.row.id, null)
      const isHandedOver = stopping && outcome.status === 'cancelled' && !entry.cancelled
      settle(held, startedAt, isHandedOver ? handedOver(outcome) : outcome)
    }
    over(held)
  }

  function refused(entry: Running, refusal: Refusal, why: string) {
    const { held } = entry
    if (!isAbandoned(held)) {
      if (entry.cancelled) settle(held, clock.now(), { ...unstartable(why), status: 'cancelled', failure: null })
      // What is never run there is told so; anything else is somebody's turn to try again.
      else if (refusal === 'unsupported') settle(held, clock.now(), unstartable(why))
      else completer.settle({ kind: 'give_back', seq: held.row.seq, claimSeq: held.row.claimSeq })
    }
    over(held)
  }

  /** The attempt is no more; its place is free. */
  function over(held: Held) {
    attempts.delete(held)
    hand.leave(held)
    releasePlace(held)
    if (hasOwn(attempts)) return
    const waiting = waitingForIdle
    waitingForIdle = []
    for (const resolve of waiting) resolve()
  }

  /** It goes on, and so does its room: whoever has taken it over has both. */
  function leaveToOthers(held: Held) {
    const { executionId, fence } = keyOf(held)
    held.place!.channel.forget!(executionId, fence)
    held.place = null
    attempts.delete(held)
  }

  function settle(held: Held, startedAt: number, outcome: RunOutcome) {
    const { row, work } = held
    const finishedAt = clock.now()
    const { failure, exitCode } = outcome
    if (outcome.status === 'failed' && shallRetry(work.retry, { attempt: row.attempt, failure: failure!, exitCode })) {
      const runAt = finishedAt + retryDelayMs(work.retry, row.attempt, options.random())
      const rank = rankOf(runAt, row.priority, options.priorityStepMs)
      const attempts = withAttempt(held, { startedAt, finishedAt, outcome })
      completer.settle({ kind: 'retry', ...endOf(held, startedAt), runAt, rank, attempts })
      return
    }
    const { ackedAt } = attempts.get(held) ?? { ackedAt: null }
    completer.settle(finishOf(held, outcome, { startedAt, finishedAt, ackedAt }))
  }

  function attemptOf(held: Held | undefined): Running | undefined {
    return held && attempts.get(held)
  }

  function find(id: string): Running | null {
    for (const entry of attempts.values()) if (entry.held.row.id === id && !isAbandoned(entry.held)) return entry
    return null
  }

  function stop(entry: Running, reason: string) {
    const { executionId, fence } = keyOf(entry.held)
    entry.held.place!.channel.cancel(executionId, fence, reason)
  }

  return {
    ...{ start, adopt },
    isRunning: (id) => find(id) !== null,
    ackedAtOf: (id) => find(id)?.ackedAt ?? null,
    progressOf: (id) => find(id)?.progress ?? null,
    claims: () => hand.underWay().map(({ row: { seq, claimSeq } }) => ({ seq, claimSeq })),
    cancel(seq, reason) {
      const entry = attemptOf(hand.get(seq))
      if (entry === undefined) return false
      entry.cancelled = true
      stop(entry, reason)
      return true
    },
    abandon(seq, reason) {
      const entry = attemptOf(hand.get(seq))
      if (entry === undefined) return null
      const { held, startedAt } = entry
      hand.leave(held)
      tails.publishUnfinished(held.row.id, null)
      if (held.place?.onNode === undefined) stop(entry, reason)
      else leaveToOthers(held)
      return begunOf(held, startedAt)
    },
    async drain(graceMs) {
      if (!hasOwn(attempts)) return
      const empty = new Promise<void>((resolve) => {
        waitingForIdle.push(resolve)
      })
      const timer = clock.after(graceMs, () => {
        stopping = true
        for (const entry of attempts.values()) {
          if (!isAbandoned(entry.held) && entry.held.place?.onNode === undefined)
            stop(entry, say`the server is shutting down`)
        }
      })
      await empty
      timer.cancel()
    },
  }
}

/** What whoever runs it knows it by: an adopted attempt keeps the fence that it began under. */
function keyOf({ row, place }: Held): { executionId: string; fence: number } {
  return { executionId: row.id, fence: place?.onNode?.fence ?? row.claimSeq }
}

/** How many nodes it has lost already. */
function lostBefore(row: Claimed): number {
  return attemptsOf(row.attempts).filter((attempt) => attempt.failure === 'lost').length
}

/** What is to be run, as plain data. */
function orderOf({ row, work }: Held): Order {
  return {
    executionId: row.id,
    attempt: row.attempt,
    taskId: work.taskId,
    taskName: work.name,
    scheduledAt: row.dueAt,
    type: work.type,
    payload: work.payload,
    params: work.params,
    env: work.env,
    workingDir: work.workingDir,
    timeoutMs: work.timeoutMs,
    killGraceMs: work.killGraceMs,
    maxLogBytes: work.maxLogBytes,
    runAs: work.runAs,
    limits: work.own.limits,
    detach: work.detach,
    encoding: work.encoding,
    target: work.target,
    fence: row.claimSeq,
    deadline: row.skipAfter,
  }
}

/** Whose attempt has ended. */
function endOf(held: Held, startedAt: number) {
  const { row, work } = held
  const begun = begunOf(held, startedAt)
  return { seq: row.seq, claimSeq: row.claimSeq, begun, work: { taskId: work.taskId, type: work.type } }
}

interface Times {
  startedAt: number
  finishedAt: number
  /** When the node that ran it said so. */
  ackedAt?: number | null
}

function finishOf(held: Held, outcome: RunOutcome, at: Times): Settlement {
  const { row, work } = held
  const { status, failure, exitCode, error, outputTail, result } = outcome
  // Written out: an object put together of others costs as much as everything else about a short call.
  return {
    kind: 'finish',
    seq: row.seq,
    claimSeq: row.claimSeq,
    begun: begunOf(held, at.startedAt),
    work: { taskId: work.taskId, type: work.type },
    startedAt: at.startedAt,
    finishedAt: at.finishedAt,
    keep: work.keep,
    status,
    failure,
    reason: failure === 'policy' ? failure : null,
    exitCode,
    error,
    output: outputTail === '' ? null : outputTail,
    result: result === null || result === undefined ? null : JSON.stringify(result),
    cpuMs: whole(outcome.cpuSeconds, 1000),
    maxRssBytes: whole(outcome.maxRssBytes),
    droppedLogBytes: whole(outcome.droppedLogBytes) ?? 0,
    ...placementOf(held, at.ackedAt ?? null),
  }
}

/** What is kept of how it was placed, with the step that came after its start. */
function placementOf({ place }: Held, ackedAt: number | null): Pick<Finish, 'placement'> {
  const onNode = place?.onNode
  if (onNode === undefined || ackedAt === null) return {}
  return { placement: JSON.stringify({ ...onNode, ackedAt }) }
}

/** The end of an execution that cannot even be started. */
function unstartable(why: string): RunOutcome {
  return unbegun('dispatch', say`It could not be started: ${why}.`)
}

/** The end of one that policies do not let begin; no other attempt would begin either. */
function disallowed(why: string): RunOutcome {
  return unbegun('policy', say`It was not started, because policies do not allow it. ${why}`)
}

function unbegun(failure: FailureKind, error: string): RunOutcome {
  return {
    status: 'failed',
    failure,
    exitCode: null,
    signal: null,
    error,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}

function begunOf({ row, work }: Held, startedAt: number): Begun {
  return { id: row.id, taskId: work.taskId, attempt: row.attempt, startedAt }
}

/** Measurements come from plug-ins too; what is no number must not cost an execution its end. */
function whole(value: number | null | undefined, scale = 1): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * scale) : null
}

/** A run that was stopped because the server goes is lost to it, not cancelled by anybody. */
function handedOver(outcome: RunOutcome): RunOutcome {
  return { ...outcome, status: 'failed', failure: 'lost', error: say`The server was stopped while it ran.` }
}

function withAttempt(
  { row, work, place }: Held,
  { startedAt, finishedAt, outcome }: { startedAt: number; finishedAt: number; outcome: RunOutcome },
): string {
  const node = place?.onNode?.node
  const attempt: AttemptView = {
    attempt: row.attempt,
    started_at: new Date(startedAt).toISOString(),
    finished_at: new Date(finishedAt).toISOString(),
    status: 'failed',
    failure: outcome.failure,
    exit_code: outcome.exitCode,
    error: outcome.error,
    ...(work.spread !== null && failedParts(outcome)),
    ...(node !== undefined && { node_id: node }),
  }
  return JSON.stringify([...attemptsOf(row.attempts), attempt])
}

/** Of an attempt on several nodes: which parts are to run again. */
function failedParts({ result }: RunOutcome): Pick<AttemptView, 'failed_parts'> {
  const parts = typeof result === 'object' && result !== null && !Array.isArray(result) ? result.parts : null
  if (!Array.isArray(parts)) return {}
  const failed = (parts as { part: string; status: string }[]).filter(({ status }) => status !== 'success')
  return { failed_parts: failed.map(({ part }) => part) }
}

/** Whether anything runs that ends with this process. */
function hasOwn(attempts: ReadonlyMap<Held, Running>): boolean {
  if (attempts.size === 0) return false
  for (const { place } of attempts.keys()) if (place?.onNode === undefined) return true
  return false
}
