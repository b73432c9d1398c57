import { type Clock, type Json, type LogLine, type Order, type RunOutcome, say } from '@rota/core'
import type { Channel, Report } from '../ports/channel.ts'
import type { NodePlacer, Place, Shortage } from '../ports/placer.ts'
import type { Part, SpreadPlan } from '../ports/spread.ts'

export interface SpreadOptions {
  clock: Clock
  /** Finds room for each part. */
  placer: Pick<NodePlacer, 'find' | 'onRoom'>
  /** The plan of an order: its nodes as they are now. */
  planOf: (order: Order) => SpreadPlan
}

/** How long a part waits before it asks again for room, should it hear of none. */
const ASK_AGAIN_MS = 2_000
/** How long a part may take to say that it has stopped, beyond its own grace. */
const ANSWER_MS = 10_000
/** Of the errors of parts so many are told in the execution's own. */
const MOST_TOLD = 5

interface Run {
  part: Part
  place: Place | null
  outcome: RunOutcome | null
}

/**
 * One execution on several nodes: an attempt whose parts are orders of their own. It ends with this process, as what runs
 * here does; its lines carry the names of their parts, and its result tells how each ended.
 */
export function createSpreadChannel(options: SpreadOptions): Channel {
  const { placer } = options
  const spreads = new Map<string, Spread>()
  const keyOf = ({ executionId, fence }: Pick<Order, 'executionId' | 'fence'>) => `${executionId}/${fence}`
  placer.onRoom(() => {
    for (const spread of spreads.values()) spread.wake()
  })

  return {
    offer(order, report) {
      report.acked()
      const spread = createSpread({ ...options, order, report, over: () => spreads.delete(keyOf(order)) })
      spreads.set(keyOf(order), spread)
      spread.begin()
    },
    cancel(executionId, fence, reason) {
      spreads.get(keyOf({ executionId, fence }))?.cancel(reason)
    },
  }
}

interface Spread {
  begin(): void
  /** There may be room. */
  wake(): void
  cancel(reason: string): void
}

type SpreadSettings = SpreadOptions & { order: Order; report: Report; over: () => void }

function createSpread({ clock, placer, planOf, order, report, over }: SpreadSettings): Spread {
  const { parts, count, atOnce, stopAfter, waitMs } = planOf(order)
  const until = waitMs === null ? Number.POSITIVE_INFINITY : clock.monotonic() + waitMs
  const runs: Run[] = parts.map((part) => ({ part, place: null, outcome: null }))
  const waiting = [...runs]
  let active = 0
  let failures = 0
  let cancelled: string | null = null
  let isOver = false
  let wake: (() => void) | null = null

  function next() {
    if (isOver) return
    while (active < atOnce && waiting.length > 0 && mayGoOn()) {
      active++
      void start(waiting.shift()!)
    }
    if (active === 0) finish()
  }

  const mayGoOn = () => cancelled === null && (stopAfter === null || failures < stopAfter)

  async function start(run: Run) {
    const place = await placeFor(run)
    if (place === null) return ended(run, unbegun())
    run.place = place
    place.channel.offer(orderOf(order, run.part, count), reportOf(run))
  }

  function unbegun(): RunOutcome {
    if (mayGoOn()) return { ...notRun(say`no node had room for it in time`), status: 'failed', failure: 'dispatch' }
    return notRun(cancelled ?? say`it was not begun any more`)
  }

  /** Null when it is not to begin any more, or has waited for too long. */
  async function placeFor({ part }: Run): Promise<Place | null> {
    while (mayGoOn() && clock.monotonic() < until) {
      const got: Place | { waitsFor: Shortage } = await placer.find(part.work)
      if (!('waitsFor' in got)) {
        if (mayGoOn()) return got
        got.release()
        return null
      }
      await new Promise<void>((resolve) => {
        const timer = clock.after(ASK_AGAIN_MS, resolve)
        const earlier = wake
        wake = () => {
          earlier?.()
          timer.cancel()
          resolve()
        }
      })
    }
    return null
  }

  function reportOf(run: Run): Report {
    const named = (line: LogLine): LogLine => ({ ...line, text: `[${run.part.name}] ${line.text}` })
    const failed = (failure: RunOutcome['failure'], why: string) => {
      ended(run, { ...notRun(why), status: 'failed', failure })
    }
    return {
      acked() {},
      refused(_, why) {
        release(run)
        // Another node may have it, or this one a little later.
        if (mayGoOn()) void start(run)
        else failed('dispatch', why)
      },
      lines: (batch) => report.lines(batch.map(named)),
      drained: () => report.drained(),
      progress(percent, message) {
        report.progress(progressOf(runs, percent), message === null ? null : `[${run.part.name}] ${message}`)
      },
      unfinished() {},
      ended: (outcome) => ended(run, outcome),
      lost: (why) => failed('lost', why),
    }
  }

  function release(run: Run) {
    run.place?.release()
    run.place = null
  }

  function ended(run: Run, outcome: RunOutcome) {
    if (run.outcome !== null) return
    release(run)
    run.outcome = outcome
    active--
    if (outcome.status !== 'success') failures++
    next()
  }

  function finish() {
    if (isOver) return
    isOver = true
    over()
    void report.ended(outcomeOf(runs, cancelled))
  }

  return {
    begin: next,
    wake() {
      const waking = wake
      wake = null
      waking?.()
    },
    cancel(reason) {
      cancelled = reason
      for (const { part, place, outcome } of runs) {
        if (place !== null && outcome === null) place.channel.cancel(part.work.executionId, order.fence, reason)
      }
      // A node that is away says nothing; whoever waits for the end, a server that stops say, need not wait for it.
      clock.after(order.killGraceMs + ANSWER_MS, () => {
        for (const run of runs) if (run.place !== null && run.outcome === null) ended(run, notRun(reason))
      })
      const waking = wake
      wake = null
      waking?.()
    },
  }
}

/** A part as an order of its own. */
function orderOf(order: Order, { index, work }: Part, count: number): Order {
  return {
    ...order,
    executionId: work.executionId,
    target: work.target,
    env: { ...order.env, ROTA_SHARD_INDEX: String(index), ROTA_SHARD_COUNT: String(count) },
  }
}

/** How far all of it is, when one part says how far it is. */
function progressOf(runs: readonly Run[], percent: number): number {
  const done = runs.filter((run) => run.outcome !== null).length
  return Math.min(100, (100 * done + percent) / runs.length)
}

const UNSEEN = {
  ...{ exitCode: null, signal: null, result: null, outputTail: '', cpuSeconds: null, maxRssBytes: null },
  droppedLogBytes: 0,
}

function notRun(why: string): RunOutcome {
  return { ...UNSEEN, status: 'cancelled', failure: null, error: why }
}

/** How the whole ended, of how its parts did. */
function outcomeOf(runs: readonly Run[], cancelled: string | null): RunOutcome {
  const bad = runs.filter((run) => run.outcome?.status !== 'success')
  const result = { parts: runs.map(partResult) }
  const sum = (of: (outcome: RunOutcome) => number | null) =>
    runs.reduce((total, { outcome }) => total + ((outcome && of(outcome)) ?? 0), 0)
  const common = {
    ...UNSEEN,
    result,
    cpuSeconds: sum((it) => it.cpuSeconds),
    droppedLogBytes: sum((it) => it.droppedLogBytes),
  }
  if (cancelled !== null) return { ...common, status: 'cancelled', failure: null, error: cancelled }
  if (runs.length === 0) {
    return { ...common, status: 'failed', failure: 'dispatch', error: say`There is no node that it could run on.` }
  }
  if (bad.length === 0) return { ...common, status: 'success', failure: null, exitCode: 0, error: null }
  const first = bad.find((run) => run.outcome?.status === 'failed')?.outcome ?? null
  const told = bad.slice(0, MOST_TOLD).map(({ part, outcome }) => `${part.name} (${outcome?.error ?? '–'})`)
  return {
    ...common,
    status: 'failed',
    failure: first?.failure ?? 'error',
    exitCode: first?.exitCode ?? null,
    error: say`${bad.length} of ${runs.length} parts failed: ${told.join(', ')}`,
  }
}

function partResult({ part, outcome }: Run): Json {
  return {
    part: part.name,
    status: outcome?.status ?? 'skipped',
    failure: outcome?.failure ?? null,
    exit_code: outcome?.exitCode ?? null,
    error: outcome?.error ?? null,
    result: outcome?.result ?? null,
  }
}
