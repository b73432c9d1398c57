import { compileSchedule, type Schedule } from '@rota/core'
import type { ForecastDay, ForecastDays } from '../api/overviews.ts'
import type { Cursor } from '../ports/overviews.ts'
import { isoOf } from './instants.ts'
import type { RuleBook } from './rule-book.ts'

/**
 * Work goes on in slices, so that it does not hold up the engine's loop. It is measured in occurrences: expressions that
 * are joined are walked from one to the next.
 */
const PER_SLICE = 50_000
/** What compiling and looking up one schedule takes, in occurrences. */
const PER_SCHEDULE = 1_000

interface Stretch {
  from: number
  to: number
  timezone: string
}

/** What one rule yields on one day: its first instant, and how many there are. */
interface DayCount {
  day: number
  first: number
  count: number
}

/**
 * What falls due on each day of a zone: every schedule is counted, whatever its frequency, and of each day the
 * earliest `perDay` tasks are named. `cursors` by their next instant.
 */
export async function forecastDays(
  cursors: readonly Cursor[],
  { from, to, timezone }: Stretch,
  { rules, perDay }: { rules: RuleBook; perDay: number },
): Promise<ForecastDays['days']> {
  const begins = [from, ...daily(timezone).between(from + 1, to, Number.POSITIVE_INFINITY)]
  const ends = [...begins.slice(1), to]
  const days = begins.map(() => new Map<string, ForecastDay['tasks'][number] & { at: number }>())
  // Tasks with one rule have one answer, but for how far each has come.
  const known = new Map<string, DayCount[]>()
  const rest = restingAfter(PER_SLICE)
  for (const cursor of cursors) {
    await rest(PER_SCHEDULE)
    const schedule = rules(cursor.ruleBody)?.schedule
    if (schedule === undefined) continue
    const start = Math.max(from, cursor.nextDueAt)
    const first = schedule.next(from - 1)
    const isShared = first !== null && first >= start
    const counted =
      (isShared && known.get(cursor.ruleBody)) || (await countsOf(schedule, start, { begins, ends, rest }))
    if (isShared) known.set(cursor.ruleBody, counted)
    for (const { day, first: at, count } of counted) addTo(days[day]!, cursor, { at, count })
  }
  return begins.map((begin, day) => dayOf(begin, days[day]!, { timezone, perDay }))
}

type Rest = (work: number) => Promise<void> | undefined

/** Lets others have a turn of the loop after so much work. */
function restingAfter(most: number): Rest {
  let done = 0
  return (work) => {
    done += work
    if (done < most) return undefined
    done = 0
    return new Promise((resolve) => setImmediate(resolve))
  }
}

/** The days on which a schedule is due from `start` on. */
async function countsOf(
  schedule: Schedule,
  start: number,
  { begins, ends, rest }: { begins: readonly number[]; ends: readonly number[]; rest: Rest },
): Promise<DayCount[]> {
  const found: DayCount[] = []
  let at = schedule.next(start - 1)
  for (let day = 0; at !== null && day < begins.length; day++) {
    const end = ends[day]!
    if (at >= end) continue
    const count = schedule.count(at, end)
    found.push({ day, first: at, count })
    await rest(count)
    at = schedule.next(end - 1)
  }
  return found
}

function addTo(
  tasks: Map<string, ForecastDay['tasks'][number] & { at: number }>,
  { taskId, taskName }: Cursor,
  { at, count }: { at: number; count: number },
): void {
  const known = tasks.get(taskId)
  const first = Math.min(at, known?.at ?? at)
  const sum = count + (known?.count ?? 0)
  tasks.set(taskId, { task_id: taskId, task_name: taskName, first_due_at: isoOf(first), count: sum, at: first })
}

function dayOf(
  begin: number,
  tasks: ReadonlyMap<string, ForecastDay['tasks'][number] & { at: number }>,
  { timezone, perDay }: { timezone: string; perDay: number },
): ForecastDay {
  const all = [...tasks.values()].sort((a, b) => a.at - b.at || a.count - b.count)
  return {
    date: dateIn(timezone, begin),
    occurrences: all.reduce((sum, { count }) => sum + count, 0),
    task_count: all.length,
    tasks: all.slice(0, perDay).map(({ at: _, ...task }) => task),
  }
}

/** The beginnings of days in a zone; where midnight is left out, the first instant after it. */
function daily(timezone: string): Schedule {
  return compileSchedule('0 0 * * *', { timezone, dst: { gap: 'run_after', overlap: 'first' } })
}

function dateIn(timezone: string, at: number): string {
  const parts = { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' } as const
  return new Intl.DateTimeFormat('sv-SE', parts).format(at)
}
