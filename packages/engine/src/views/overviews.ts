import {
  type Clock,
  type ExecutionDefaults,
  invalid,
  notFound,
  resolveZone,
  type Schedule,
  type Scope,
  say,
} from '@rota/core'
import type { Overviews, Timeline } from '../api/overviews.ts'
import { sharedInstants } from '../planning/earliest.ts'
import { namedKey } from '../planning/limits.ts'
import type { CountBucket, Cursor, GroupRecord, GroupTally, TimelineQuery } from '../ports/overviews.ts'
import type { Queries } from '../ports/queries.ts'
import { type Claimant, clashesOf } from './clashes.ts'
import { failureGroups } from './failure-groups.ts'
import { forecastDays } from './forecast-days.ts'
import { endOf, instantOf, isoOf } from './instants.ts'
import type { RuleBook } from './rule-book.ts'
import { successRate } from './stats-view.ts'
import { timelineView } from './timeline-view.ts'

const USUAL_MARKS = 5_000
const MOST_MARKS = 20_000
/** Schedules that are looked at for what comes. */
const MOST_CURSORS = 2_000
const MOST_COMING = 5_000
/** Schedules that are counted by the day, and tasks that are named of each day. */
const MOST_COUNTED_CURSORS = 50_000
const USUAL_PER_DAY = 20
/** Rules are compiled in slices, so that many do not hold up the engine's loop. */
const RULES_PER_SLICE = 100
/** Failures that are put together, the latest. */
const MOST_FAILURES = 5_000
const MOST_BUCKETS = 240
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Beyond this, counts come from the hourly roll-ups. */
const COUNTED_DIRECTLY_MS = 48 * HOUR_MS
/** Stretches that people read easily. */
const STRETCHES = [1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS)

interface OverviewsOptions {
  queries: Queries
  clock: Clock
  rules: RuleBook
  defaults: ExecutionDefaults
}

export function createOverviews({ queries, clock, rules, defaults }: OverviewsOptions): Overviews {
  /** Who of those that come has a limit to meet, and how long each takes. */
  async function claimantsOf(cursors: readonly Cursor[], scope: Scope): Promise<(taskId: string) => Claimant | null> {
    const limited = new Map(
      cursors.flatMap((cursor) => {
        const rule = rules(cursor.ruleBody)
        return rule === null || (rule.overlap === 'allow' && rule.key === null)
          ? []
          : [[cursor.taskId, { cursor, rule }]]
      }),
    )
    const keys = [...limited.values()].flatMap(({ cursor, rule: { key } }) =>
      key === null ? [] : [namedKey(key, cursor.tenantId)],
    )
    const { durations, keys: sizes } = await queries.expectations([...limited.keys()], [...new Set(keys)], scope)
    return (taskId) => {
      const found = limited.get(taskId)
      const takesMs = durations.get(taskId)
      if (found === undefined || takesMs === undefined) return null
      const { overlap, taskMax, inheritsMax, key } = found.rule
      const max = inheritsMax ? defaults(found.cursor.taskType).max_concurrent : taskMax
      const own = overlap === 'allow' ? null : { key: `task:${taskId}`, max }
      const shared = key === null ? [] : [namedKey(key, found.cursor.tenantId)]
      const sized = shared.flatMap((each) => {
        const size = sizes.get(each)
        return size === undefined ? [] : [{ key: each, max: size }]
      })
      return { overlap, own, shared: sized, takesMs }
    }
  }

  /** Counts over a range, by due instant; of what is not there any more by the hour of its end. */
  async function bucketsOf(query: TimelineQuery, isPruned: boolean, scope: Scope) {
    const { from, to, taskId, nodeId, group } = query
    // Hours are not summed by node: of those what is there is counted.
    const isRolledUp = nodeId === undefined && (isPruned || to - from > COUNTED_DIRECTLY_MS)
    const bucketMs = stretchFor(to - from, isRolledUp ? HOUR_MS : MINUTE_MS)
    if (!isRolledUp) return { bucketMs, counts: await queries.timelineCounts(query, bucketMs, scope) }
    const hours = await queries.timeseries({ from, to, bucket: 'hour', taskId, group }, scope)
    return { bucketMs, counts: inBuckets(hours, bucketMs) }
  }

  return {
    async timeline(caller, { from: fromText, to: toText, limit, ...of }): Promise<Timeline> {
      const { task_id: taskId, node_id: nodeId, group } = of
      const { scope } = caller
      const { from, to } = rangeOf(fromText, toText)
      if (taskId !== undefined && (await queries.taskById(taskId, scope)) === null) throw notFound('task', taskId)
      const most = Math.min(Math.max(Math.trunc(limit ?? USUAL_MARKS), 1), MOST_MARKS)
      const query = { from, to, taskId, nodeId, group, limit: most + 1 }
      const [marks, coming, pruned] = await Promise.all([
        queries.timeline(query, scope),
        comingOf(),
        queries.pruned({ taskId, group }, scope),
      ])
      const isPruned = pruned !== null && pruned.through >= from
      const isCut = marks.length > most
      const running = marks.flatMap(({ status, taskId: id, startedAt }) =>
        status === 'running' && id !== null && startedAt !== null ? [{ taskId: id, startedAt }] : [],
      )
      const clashes = clashesOf(coming.found, running, { now: clock.now(), of: coming.of })
      return timelineView({
        from,
        to,
        marks: marks.slice(0, most),
        coming: coming.found.map((one, at) => ({ ...one, queuesUntil: clashes[at]! })),
        truncated: { executions: isCut, coming: coming.isCut },
        buckets: isCut || isPruned ? await bucketsOf(query, isPruned, scope) : null,
        historyBeginsAt: pruned?.through ?? null,
      })

      async function comingOf() {
        const begin = Math.max(from, clock.now())
        if (begin >= to || nodeId !== undefined) return { found: [], isCut: false, of: () => null }
        const limits = { until: to, limit: MOST_CURSORS + 1 }
        const cursors = await queries.cursors({ ...limits, taskId, group }, scope)
        const sources = await sourcesOf(cursors.slice(0, MOST_CURSORS), rules, begin)
        const mostComing = Math.min(most, MOST_COMING)
        const { found, isCut } = sharedInstants(sources, to, mostComing)
        const shown = found.map(({ at, source: { taskId: id, taskName, taskGroup } }) => {
          return { at, taskId: id, taskName, taskGroup }
        })
        return { found: shown, isCut: isCut || cursors.length > MOST_CURSORS, of: await claimantsOf(cursors, scope) }
      }
    },

    async forecastDays(caller, { from: fromText, to: toText, timezone, task_id: taskId, group, per_day: perDay }) {
      const { from, to } = rangeOf(fromText, toText)
      const zone = resolveZone(timezone)
      if (typeof zone !== 'string') throw invalid([{ ...zone, path: 'timezone' }])
      if (taskId !== undefined && (await queries.taskById(taskId, caller.scope)) === null)
        throw notFound('task', taskId)
      const stretch = { from: Math.max(from, clock.now()), to, timezone: zone }
      if (stretch.from >= to) return { timezone: zone, days: [], truncated: false }
      const limits = { until: to, limit: MOST_COUNTED_CURSORS + 1 }
      const cursors = await queries.cursors({ ...limits, taskId, group }, caller.scope)
      const counted = cursors.slice(0, MOST_COUNTED_CURSORS)
      const days = await forecastDays(counted, stretch, { rules, perDay: perDay ?? USUAL_PER_DAY })
      return { timezone: zone, days, truncated: cursors.length > counted.length }
    },

    async failures(caller, { from: fromText, to: toText, fingerprint }) {
      const { from, to } = rangeOf(fromText, toText)
      const [records, pruned] = await Promise.all([
        queries.failures({ from, to, limit: MOST_FAILURES + 1 }, caller.scope),
        queries.pruned({}, caller.scope),
      ])
      const isWhole = records.length <= MOST_FAILURES && (pruned === null || pruned.through < from)
      const grouped = records.slice(0, MOST_FAILURES)
      // What is not there to be put into groups is counted all the same, by whole hours.
      const counted = isWhole ? [] : await queries.timeseries({ from, to, bucket: 'hour' }, caller.scope)
      const failed = counted.reduce((sum, hour) => sum + hour.failed, 0)
      const total = Math.max(grouped.length, failed)
      return {
        groups: await failureGroups(grouped, fingerprint),
        total,
        truncated: total > grouped.length,
        history_begins_at: isoOf(pruned?.through ?? null),
      }
    },

    async groups(caller) {
      return groupTree(await queries.groups(caller.scope))
    },

    async tags(caller) {
      const tags = [...(await queries.tags(caller.scope))]
      return tags.map(([name, tasks]) => ({ name, tasks })).sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    async groupStats(caller, { from, to }) {
      const start = instantOf(from, 'from')
      const end = endOf(to, 'to')
      const range = { ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) }
      const tallies = await queries.groupTallies(range, caller.scope)
      return tallies.map(groupStats).sort((a, b) => ((a.group ?? '') < (b.group ?? '') ? -1 : 1))
    },

    async lateness(caller, { from: fromText, to: toText, bucket, task_id: taskId }) {
      const { from, to } = rangeOf(fromText, toText)
      if (taskId !== undefined && (await queries.taskById(taskId, caller.scope)) === null) {
        throw notFound('task', taskId)
      }
      const buckets = await queries.latenesses({ from, to, bucket, taskId }, caller.scope)
      return buckets.map(({ at, latenesses }) => ({
        at: isoOf(at),
        count: latenesses.count,
        p50_ms: latenesses.quantile(0.5),
        p95_ms: latenesses.quantile(0.95),
        p99_ms: latenesses.quantile(0.99),
      }))
    },
  }
}

function rangeOf(fromText: string, toText: string): { from: number; to: number } {
  const from = instantOf(fromText, 'from')!
  const to = endOf(toText, 'to')!
  if (from >= to) throw invalid([{ path: 'from', message: say`must be before \`to\`.` }])
  return { from, to }
}

/** The shortest easy stretch, at least `shortestMs`, of which not too many cover a span. */
function stretchFor(spanMs: number, shortestMs: number): number {
  const least = Math.max(spanMs / MOST_BUCKETS, shortestMs)
  return STRETCHES.find((stretch) => stretch >= least) ?? Math.ceil(least / HOUR_MS) * HOUR_MS
}

/** Counts of hours in stretches of whole hours, which begin where such a stretch of the epoch does. */
function inBuckets(hours: readonly CountBucket[], bucketMs: number): CountBucket[] {
  const buckets = new Map<number, CountBucket>()
  for (const { at: hour, total, success, failed } of hours) {
    const at = Math.floor(hour / bucketMs) * bucketMs
    const bucket = buckets.get(at) ?? { at, total: 0, success: 0, failed: 0 }
    buckets.set(at, bucket)
    bucket.total += total
    bucket.success += success
    bucket.failed += failed
  }
  return [...buckets.values()]
}

async function sourcesOf(cursors: readonly Cursor[], rules: RuleBook, begin: number) {
  const sources = []
  for (const [i, cursor] of cursors.entries()) {
    if (i % RULES_PER_SLICE === RULES_PER_SLICE - 1) await new Promise((resolve) => setImmediate(resolve))
    const schedule: Schedule | undefined = rules(cursor.ruleBody)?.schedule
    if (schedule === undefined) continue
    const between = (from: number, until: number, count: number) => schedule.between(from, until, count)
    sources.push({ from: Math.max(cursor.nextDueAt, begin), source: cursor, between })
  }
  return sources
}

/** Every group in use and every group above one, by name. */
function groupTree(records: readonly GroupRecord[]) {
  const tree = new Map<string, { name: string; tasks: number; enabled: number; total: number }>()
  const at = (name: string) => {
    const known = tree.get(name) ?? { name, tasks: 0, enabled: 0, total: 0 }
    tree.set(name, known)
    return known
  }
  for (const { name, tasks, enabled } of records) {
    if (name === null) continue
    Object.assign(at(name), { tasks, enabled })
    for (let above: string = name; above !== ''; above = above.slice(0, Math.max(above.lastIndexOf('/'), 0))) {
      at(above).total += tasks
    }
  }
  return [...tree.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function groupStats(tally: GroupTally) {
  const { group, success, failed, cancelled, skipped, durationMs } = tally
  const ran = success + failed
  return {
    group,
    success,
    failed,
    cancelled,
    skipped,
    success_rate: successRate(tally),
    avg_duration: ran === 0 ? null : Math.round(durationMs / ran) / 1000,
    total_duration: durationMs / 1000,
  }
}
