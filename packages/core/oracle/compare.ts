import { compileSchedule } from '../src/schedule/compile.ts'
import { type Policy, simulate } from './crond.ts'
import { matcher } from './matcher.ts'
import { type Random, seededRandom } from './random.ts'
import { randomExpression } from './random-expression.ts'
import { type Walk, walk } from './wall-walk.ts'

export interface Outcome {
  triples: number
  zones: number
  windows: number
  /** Occurrences that both sides agree on. */
  occurrences: number
  /** How many of the expressions had an occurrence in their window at all. */
  expressionsWithOccurrences: number
  disagreements: string[]
}

export interface CompareOptions {
  triples: number
  seed: number
  /** Expressions tried per walked window. */
  perWindow?: number
  progress?: (done: number) => void
}

const HOUR = 3600
const DAY = 24 * HOUR
/** The walk starts earlier and ends later than what is compared, so that crond knows what went before. */
const RUN_UP = 8 * HOUR

/** Draws random triples and compares product and oracle on each. */
export function compare({ triples, seed, perWindow = 40, progress }: CompareOptions): Outcome {
  const random = seededRandom(seed)
  const zones = Intl.supportedValuesOf('timeZone')
  const used = new Set<string>()
  const outcome: Outcome = {
    triples: 0,
    zones: 0,
    windows: 0,
    occurrences: 0,
    expressionsWithOccurrences: 0,
    disagreements: [],
  }
  while (outcome.triples < triples && outcome.disagreements.length < 20) {
    // In order, so that every zone has its turn; then where the clocks of that zone change.
    const zone = zones[outcome.windows % zones.length]!
    used.add(zone)
    const focus = focusOf(random, zone)
    const walked = walk(zone, focus - 1.5 * DAY - RUN_UP, focus + 1.5 * DAY + RUN_UP, focus)
    for (let n = 0; n < perWindow && outcome.triples < triples; n++) compareOne(random, walked, focus, outcome)
    outcome.windows++
    progress?.(outcome.triples)
  }
  outcome.zones = used.size
  return outcome
}

/** An instant worth looking at: mostly a change of the zone's offset, in our times or long ago or ahead. */
function focusOf(random: Random, zone: string): number {
  const r = random.next()
  const [from, to] = r < 0.75 ? [1970, 2040] : r < 0.9 ? [1850, 1970] : [2040, 2100]
  const anywhere = random.int(Date.UTC(from, 0, 1) / 1000, Date.UTC(to, 0, 1) / 1000)
  const instant = Temporal.Instant.fromEpochMilliseconds(anywhere * 1000).toZonedDateTimeISO(zone)
  const change = instant.getTimeZoneTransition('next') ?? instant.getTimeZoneTransition('previous')
  const at = change === null || random.chance(0.05) ? anywhere : change.epochMilliseconds / 1000
  return at < Date.UTC(2150, 0, 1) / 1000 ? at : anywhere
}

function compareOne(random: Random, walked: Walk, focus: number, outcome: Outcome): void {
  const { ticks, zone, step } = walked
  const runUp = step === 60 ? RUN_UP : 1800
  const from = ticks[0]!.at + runUp
  const to = ticks[ticks.length - 1]!.at - runUp
  const inside = ticks.filter((tick) => tick.at >= from && tick.at < to)
  const nearFocus = inside.filter((tick) => Math.abs(tick.at - focus) < 3 * HOUR)
  const target = random.pick(random.chance(0.7) && nearFocus.length > 0 ? nearFocus : inside)
  let expression = randomExpression(random, target)
  // Aim into the gap itself now and then: its wall times appear on no tick.
  if (random.chance(0.3)) expression = aimIntoGap(random, walked) ?? expression
  const policy: Policy = random.chance(0.5)
    ? { gap: 'run_after', overlap: 'first' }
    : { gap: random.pick(['run_after', 'skip', 'shift']), overlap: random.pick(['first', 'second', 'both']) }
  const written = expression.startsWith('0 ') && random.chance(0.5) ? expression.slice(2) : expression
  // As stored: a random expression may look like Quartz's, which a new one would be asked about.
  let schedule: ReturnType<typeof compileSchedule>
  try {
    schedule = compileSchedule(written, { timezone: zone, dst: policy, stored: true })
  } catch (error) {
    // Dates that never come are refused, and rightly so when the day part is impossible; anything else is a finding.
    if (!String(error).includes('never fires')) outcome.disagreements.push(`${zone} "${written}": ${error}`)
    return
  }
  const all = [...simulate(walked, matcher(expression), policy)].sort((a, b) => a - b)
  const expected = all.filter((at) => at >= from && at < to).map((at) => at * 1000)
  const name = `${zone} "${written}" gap=${policy.gap} overlap=${policy.overlap}`
  const found = schedule.between(from * 1000, to * 1000, Number.POSITIVE_INFINITY)
  if (expected.length > 0) outcome.expressionsWithOccurrences++
  outcome.occurrences += expected.length
  const difference = firstDifference(expected, found)
  if (difference) outcome.disagreements.push(`${name}: ${difference}`)

  const instant = random.chance(0.7)
    ? (focus + random.int(-4 * HOUR, 4 * HOUR)) * 1000 + random.int(0, 999)
    : random.int(from, to - 1) * 1000
  const after = Math.min(Math.max(instant, from * 1000), to * 1000 - 1)
  outcome.triples++
  const wantNext = expected.find((at) => at > after)
  const gotNext = schedule.next(after)
  const nextAgrees = wantNext === undefined ? gotNext === null || gotNext >= to * 1000 : gotNext === wantNext
  if (!nextAgrees)
    outcome.disagreements.push(`${name} next(${iso(after)}): expected ${iso(wantNext)}, got ${iso(gotNext)}`)
  const wantPrevious = expected.findLast((at) => at < after)
  const gotPrevious = schedule.previous(after)
  const previousAgrees =
    wantPrevious === undefined ? gotPrevious === null || gotPrevious < from * 1000 : gotPrevious === wantPrevious
  if (!previousAgrees) {
    outcome.disagreements.push(
      `${name} previous(${iso(after)}): expected ${iso(wantPrevious)}, got ${iso(gotPrevious)}`,
    )
  }
}

/** An expression for a wall time that the walk skips, if it skips any. */
function aimIntoGap(random: Random, { ticks, step }: Walk): string | undefined {
  const index = ticks.findIndex((tick, i) => i > 0 && tick.wall > ticks[i - 1]!.wall + step)
  if (index < 0) return undefined
  const first = ticks[index - 1]!.wall + step
  const missed = new Date(1000 * random.int(first, ticks[index]!.wall - 1))
  const tick = {
    ...ticks[index]!,
    year: missed.getUTCFullYear(),
    month: missed.getUTCMonth() + 1,
    day: missed.getUTCDate(),
    hour: missed.getUTCHours(),
    minute: missed.getUTCMinutes(),
  }
  return randomExpression(random, tick)
}

function firstDifference(expected: number[], found: number[]): string | undefined {
  const length = Math.max(expected.length, found.length)
  for (let i = 0; i < length; i++) {
    if (expected[i] !== found[i]) {
      return `occurrence ${i}: expected ${iso(expected[i])}, got ${iso(found[i])} (of ${expected.length} and ${found.length})`
    }
  }
  return undefined
}

function iso(ms: number | null | undefined): string {
  return ms === undefined || ms === null ? 'none' : new Date(ms).toISOString()
}
