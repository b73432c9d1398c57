import type { OracleSchedule } from './history.ts'

const SECOND_MS = 1_000

/**
 * Due instants in [from, to), found by trying every second: slow, and so simple that it can be believed. It shares no
 * code with the product. Day of month and day of week must both match; the schedules of the tests restrict one at most.
 */
export function dueInstants(schedule: OracleSchedule, from: number, to: number): number[] {
  const due: number[] = []
  const isDue = schedule.kind === 'fields' ? cronTest(schedule.fields) : intervalTest(schedule)
  for (let at = Math.ceil(from / SECOND_MS) * SECOND_MS; at < to; at += SECOND_MS) if (isDue(at)) due.push(at)
  return due
}

function intervalTest({ anchorMs, everyMs }: { anchorMs: number; everyMs: number }): (at: number) => boolean {
  if (anchorMs % SECOND_MS !== 0 || everyMs % SECOND_MS !== 0) throw new Error('The oracle knows whole seconds only.')
  return (at) => at >= anchorMs && (at - anchorMs) % everyMs === 0
}

function cronTest(fields: string): (at: number) => boolean {
  const [second, minute, hour, day, month, weekday, ...more] = fields.split(' ').map(fieldTest)
  if (weekday === undefined || more.length > 0) throw new Error(`"${fields}" has not six fields.`)
  return (at) => {
    const date = new Date(at)
    return (
      second!(date.getUTCSeconds()) &&
      minute!(date.getUTCMinutes()) &&
      hour!(date.getUTCHours()) &&
      day!(date.getUTCDate()) &&
      month!(date.getUTCMonth() + 1) &&
      weekday(date.getUTCDay())
    )
  }
}

function fieldTest(field: string): (value: number) => boolean {
  const tests = field.split(',').map((part) => {
    const [, first, last, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? []
    if (first === undefined) throw new Error(`The oracle does not know "${part}".`)
    const low = first === '*' ? 0 : Number(first)
    const high =
      first === '*' || (last === undefined && step !== undefined) ? Number.POSITIVE_INFINITY : Number(last ?? first)
    return (value: number) => value >= low && value <= high && (value - low) % Number(step ?? 1) === 0
  })
  return (value) => tests.some((test) => test(value))
}
