import { type FieldError, invalid } from '../errors.ts'
import { say } from '../language/say.ts'
import { mended, withAccepted } from './accepted.ts'
import { CompiledSchedule } from './compiled-schedule.ts'
import { parseDialect, refuseAmbiguous } from './cron-dialect.ts'
import { type CronExpression, JOINER, parseCron } from './cron-parser.ts'
import { canMatch, cronRule, dayRule, neverFires } from './cron-rule.ts'
import { foreignForm, intervalBeyondField } from './foreign-form.ts'
import type { CronInput, IntervalInput, NormalisedSchedule, ScheduleContext, ScheduleInput } from './input.ts'
import { parseInstant } from './instant.ts'
import { UNIT_SECONDS } from './interval-units.ts'
import { normaliseSchedule } from './normalise.ts'
import type { Schedule } from './schedule.ts'
import { ListedTimes } from './time-rule.ts'
import { emptyTimeline, IntervalTimeline, OnceTimeline, type Timeline, UnionTimeline } from './timeline.ts'
import { cronOfAligned, cronOfTimes, dayFields } from './to-cron.ts'
import { CalendarRule, StepRule, type WallRule } from './wall-rule.ts'
import { WallTimeline } from './wall-timeline.ts'
import { resolveZone, storedZone } from './zone-name.ts'
import { zoneTable } from './zone-table.ts'

/** The parts of a context that every kind needs, checked and complete. */
interface Surroundings {
  zone: string
  dst: Schedule['dst']
  context: ScheduleContext
}

interface Parts {
  timeline: Timeline
  cron: string | null
  label: string | null
  periodMs: number | null
}

/**
 * Turns a schedule as people write it into one that answers when it is due.
 *
 * Throws `invalid` with one entry per mistake: `path` is relative to the schedule (`expression`, `times[1]`, `every`;
 * empty when the schedule itself is a text), `position` counts characters inside cron text. An unknown zone has the
 * path `timezone`. Schedules that can never be due, such as 30 February, are refused. Every suggestion has been tried.
 */
export function compileSchedule(input: ScheduleInput, context: ScheduleContext): Schedule {
  const errors: FieldError[] = []
  const zone = context.stored ? storedZone(context.timezone) : resolveZone(context.timezone)
  if (typeof zone !== 'string') errors.push(zone)
  const dst = readPolicies(context, errors)
  const read = readSchedule(input, context)
  errors.push(...read.errors)
  if (read.errors.length > 0)
    throw invalid([...errors.slice(0, -read.errors.length), ...acceptable(input, context, read)])
  if (errors.length > 0) throw invalid(errors)
  const normalised = read.normalised!
  const surroundings: Surroundings = { zone: zone as string, dst, context }
  const parts =
    normalised.type === 'cron'
      ? cronParts(normalised, read.expressions, surroundings)
      : kindParts(normalised, surroundings)
  return new CompiledSchedule({
    ...parts,
    input: canonical(normalised, parts.cron),
    timezone: surroundings.zone,
    dst,
    hashKey: context.hashKey ?? '',
    startAt: context.startAt ?? Number.NEGATIVE_INFINITY,
    endAt: context.endAt ?? Number.POSITIVE_INFINITY,
  })
}

/** A schedule as far as it can be understood without zone and window. */
interface ReadSchedule {
  normalised: NormalisedSchedule | null
  expressions: CronExpression[]
  errors: FieldError[]
}

function readSchedule(input: ScheduleInput, context: ScheduleContext): ReadSchedule {
  const errors: FieldError[] = []
  const normalised = normaliseSchedule(input, errors)
  if (normalised?.type !== 'cron') return { normalised, expressions: [], errors }
  const path = typeof input === 'string' ? '' : 'expression'
  const expressions = parseDialect(normalised, { hashKey: context.hashKey ?? '', path }, errors)
  if (errors.length > 0) return { normalised, expressions, errors }
  for (const expression of expressions) {
    if (canMatch(expression)) continue
    const { message, suggestion } = neverFires(expression)
    const isWhole = expressions.length === 1 && normalised.dialect === undefined
    errors.push({ path, message, ...(isWhole && suggestion !== undefined ? { suggestion } : {}) })
  }
  if (errors.length === 0 && !context.stored && normalised.dialect === undefined) {
    errors.push(...refuseAmbiguous(expressions, path))
  }
  return { normalised, expressions, errors }
}

/** What is wrong, with suggestions that are right. A text gets one, with all of its mistakes mended. */
function acceptable(input: ScheduleInput, context: ScheduleContext, read: ReadSchedule): FieldError[] {
  const { normalised, errors } = read
  if (normalised?.type !== 'cron') {
    if (typeof input !== 'object' || input === null) return errors
    return withAccepted(input, errors, (corrected) => readSchedule(corrected as ScheduleInput, context).errors)
  }
  const check = (expression: string) =>
    readSchedule(typeof input === 'string' ? expression : { ...normalised, expression }, context).errors
  const foreign = normalised.dialect === undefined ? foreignForm(normalised.expression) : null
  const [{ path }] = errors as [FieldError]
  const offered = foreign ? foreign.suggestion : mended(normalised.expression, check)
  const beyond = offered ?? (typeof input === 'string' ? intervalBeyondField(normalised.expression) : undefined)
  const suggestion = beyond !== undefined && check(beyond).length === 0 ? beyond : undefined
  const told = foreign ? [{ path, message: foreign.message, position: 0 }] : errors.map(withoutSuggestion)
  return told.map((error, i) => (i === 0 && suggestion !== undefined ? { ...error, suggestion } : error))
}

function withoutSuggestion({ suggestion: _, ...error }: FieldError): FieldError {
  return error
}

/** What is kept of an expression: its text without needless blanks. */
function canonical(input: NormalisedSchedule, cron: string | null): NormalisedSchedule {
  if (input.type !== 'cron') return input
  if (input.dialect === 'quartz') return { ...input, expression: input.expression.trim().split(/\s+/).join(' ') }
  return { type: 'cron', expression: cron! }
}

function readPolicies(context: ScheduleContext, errors: FieldError[]): Schedule['dst'] {
  const gap = context.dst?.gap ?? 'run_after'
  const overlap = context.dst?.overlap ?? 'first'
  if (!['run_after', 'skip', 'shift'].includes(gap)) {
    errors.push({ path: 'dst.gap', message: say`dst.gap must be run_after, skip or shift.`, suggestion: 'run_after' })
  }
  if (!['first', 'second', 'both'].includes(overlap)) {
    errors.push({ path: 'dst.overlap', message: say`dst.overlap must be first, second or both.`, suggestion: 'first' })
  }
  return { gap, overlap }
}

function cronParts(input: CronInput, expressions: CronExpression[], surroundings: Surroundings): Parts {
  const timelines = expressions.map((each) => wallTimeline(cronRule(each), each.wildcard, surroundings))
  const timeline = timelines.length === 1 ? timelines[0]! : new UnionTimeline(timelines)
  const text = expressions.map((expression) => expression.text).join(JOINER)
  // A year cannot be said in Rota's own form.
  const cron = expressions.some(({ years }) => years !== null) ? null : text
  return { timeline, cron, label: cron ?? `${input.expression.trim().split(/\s+/).join(' ')} (quartz)`, periodMs: null }
}

function kindParts(input: Exclude<NormalisedSchedule, { type: 'cron' }>, surroundings: Surroundings): Parts {
  switch (input.type) {
    case 'interval':
      return intervalParts(input, surroundings)
    case 'once':
      return onceParts(input.at, surroundings)
    case 'dependency':
    case 'none':
      return { timeline: emptyTimeline, cron: null, label: null, periodMs: null }
    default: {
      const days = dayFields(input)
      const times = (input.times ?? []).map(secondOfDay)
      const [expression] = parseCron(`0 0 ${days}`, { hashKey: '', path: '' }, [])
      const cron = cronOfTimes(times, days)
      const rule = new CalendarRule(dayRule(expression!), new ListedTimes(times))
      return { timeline: wallTimeline(rule, false, surroundings), cron, label: cron, periodMs: null }
    }
  }
}

function intervalParts(input: IntervalInput, surroundings: Surroundings): Parts {
  const { context } = surroundings
  const step = input.every * UNIT_SECONDS[input.unit]
  const label = `@every ${input.every}${input.unit[0]}`
  if (input.aligned) {
    const cron = cronOfAligned(input.every, input.unit)
    // Whole days are one fixed time, local midnight; shorter steps are wildcards and follow real time.
    const timeline = wallTimeline(new StepRule(step), input.unit !== 'days' && step < 86_400, surroundings)
    return { timeline, cron, label: cron ?? label, periodMs: null }
  }
  const periodMs = step * 1000
  const anchor = input.anchor === undefined ? context.startAt : instantMs(input.anchor, surroundings)
  // An anchor is itself an occurrence; counted from a task's creation, the first one is a full interval later.
  const origin = anchor ?? (context.createdAt === undefined ? 0 : context.createdAt + periodMs)
  return { timeline: new IntervalTimeline(origin, periodMs), cron: null, label, periodMs }
}

function onceParts(at: string, surroundings: Surroundings): Parts {
  const ms = instantMs(at, surroundings)
  return { timeline: new OnceTimeline(ms), cron: null, label: new Date(ms).toISOString(), periodMs: null }
}

/** Text without an offset is wall clock: the instant is found as that of a fixed time, gaps and repeats included. */
function instantMs(text: string, { zone }: Surroundings): number {
  const parsed = parseInstant(text)!
  if (parsed.zoned) return parsed.ms
  const table = zoneTable(zone)
  const wall = Math.floor(parsed.ms / 1000)
  const single: WallRule = {
    next: (from) => (wall >= from ? wall : Number.POSITIVE_INFINITY),
    previous: (to) => (wall <= to ? wall : Number.NEGATIVE_INFINITY),
    count: (from, to) => Number(wall >= from && wall < to),
  }
  const timeline = new WallTimeline(single, table, { gap: 'run_after', overlap: 'first', wildcard: false })
  const found = timeline.next(parsed.ms - 2 * 86_400_000)
  return (Number.isFinite(found) ? found : parsed.ms) + (parsed.ms - wall * 1000)
}

function wallTimeline(rule: WallRule, wildcard: boolean, { zone, dst }: Surroundings): WallTimeline {
  return new WallTimeline(rule, zoneTable(zone), { ...dst, wildcard })
}

function secondOfDay(time: string): number {
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number)
  return hour * 3600 + minute * 60 + second
}
