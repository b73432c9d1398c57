import {
  type CronDialect,
  compileSchedule,
  describe,
  drawsFromKey,
  type FieldError,
  inDialect,
  KEY_MISSING,
  label,
  meaningNotes,
  RotaError,
  type Schedule,
  type ScheduleContext,
  type ScheduleInput,
  type ScheduleNote,
  say,
  whyNeverFires,
} from '@rota/core'
import type { Context } from '../context.ts'
import { defaultZone } from '../document/default-zone.ts'
import { instantOf } from '../document/instants.ts'
import { integerOf } from '../document/pairs.ts'
import { usage } from '../exit.ts'
import { relative } from '../output/duration.ts'
import { wallOf, weekdayOf } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { textWidth } from '../output/width.ts'
import { fieldLine } from '../report-error.ts'

interface Options {
  tz?: string
  from?: string
  to?: string
  count?: string
  limit?: string
  gap?: 'run_after' | 'skip' | 'shift'
  overlap?: 'first' | 'second' | 'both'
  key?: string
  name?: string
  dialect?: CronDialect
}

const MOST = 1_000
const USUAL = 10

export async function next(context: Context, [expression]: string[], options: Options): Promise<number | undefined> {
  const zone = await defaultZone(context, options.tz)
  const from = options.from === undefined ? context.now : instantOf('--from', options.from, zone, context.now)
  const to = options.to === undefined ? null : instantOf('--to', options.to, zone, context.now)
  if (to !== null && to < from) throw usage(say`--to lies before --from.`)
  const wanted = options.count ?? options.limit
  const count = wanted === undefined ? (to === null ? USUAL : MOST) : integerOf('--count', wanted, 1)
  if (count > MOST) throw usage(say`--count is at most ${MOST}.`)
  const key = options.key ?? options.name
  const rule = inDialect(ruleOf(expression!), options.dialect)
  const schedule = compile(expression!, rule, {
    timezone: zone,
    dst: { gap: options.gap, overlap: options.overlap },
    hashKey: key,
    createdAt: from,
  })
  const why = whyNeverFires(schedule, Math.min(from, context.now))
  if (why !== null) throw usage(why)
  if (key === undefined && drawsFromKey(rule)) context.note(KEY_MISSING[context.lang])
  const instants = occurrences(schedule, from, to, count)
  if (context.flags.json) {
    context.out(JSON.stringify(instants.map((at) => new Date(at).toISOString())))
    for (const note of meaningNotes(schedule)) context.note(note[context.lang])
    return
  }
  show(context, schedule, instants, { from, to })
}

/** Throws CliError that shows the place of the first mistake. */
function compile(expression: string, rule: ScheduleInput, surroundings: ScheduleContext): Schedule {
  try {
    return compileSchedule(rule, surroundings)
  } catch (error) {
    const first = RotaError.is(error) ? error.errors.find(({ position }) => position !== undefined) : undefined
    if (!RotaError.is(error) || !first) throw error
    const place = [expression, `${' '.repeat(textWidth(expression.slice(0, first.position)))}^`]
    const told = error.errors.map((each) => fieldLine({ path: '', message: each.message, ...mendOf(each) }))
    throw usage(told.join('\n  '), place, error.errors)
  }
}

function mendOf({ suggestion }: FieldError): { suggestion?: string } {
  return suggestion === undefined ? {} : { suggestion }
}

/** A JSON object is a rule; everything else is a cron expression. */
function ruleOf(text: string): ScheduleInput {
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text) as ScheduleInput
  } catch (error) {
    throw usage(say`The rule begins like JSON but is none: ${(error as Error).message}`)
  }
}

function occurrences(schedule: Schedule, from: number, to: number | null, count: number): number[] {
  if (to !== null) return schedule.between(from, to, count)
  const found: number[] = []
  let at = schedule.next(from - 1)
  while (at !== null && found.length < count) {
    found.push(at)
    at = schedule.next(at)
  }
  return found
}

interface Row {
  at: number
  note: ScheduleNote | undefined
}

function show(
  context: Context,
  schedule: Schedule,
  instants: number[],
  range: { from: number; to: number | null },
): void {
  const { paint, now, lang } = context
  const rule = schedule.label ?? schedule.kind
  const said = describe(schedule, lang)
  context.out(`${paint('bold', rule)}${said === rule ? '' : `  ${said}`}  ${paint('gray', schedule.timezone)}`)
  for (const { [lang]: said } of meaningNotes(schedule)) context.out(`${paint('yellow', '!')} ${said}`)
  if (instants.length === 0) {
    context.note(say`It is not due in that time.`)
    return
  }
  const notes = schedule.notes(range.from, range.to ?? instants.at(-1)! + 1)
  const rows: Row[] = instants.map((at) => ({ at, note: notes.find((each) => each.occurrences.includes(at)) }))
  const wall = ({ at }: Row) => wallOf(at, schedule.timezone)
  const isUtc = ['UTC', 'Etc/UTC'].includes(schedule.timezone)
  const columns: Column<Row>[] = [
    {
      title: label('WALL CLOCK'),
      value: (row) => `${weekdayOf(row.at, schedule.timezone, lang)} ${wall(row).date} ${wall(row).time}`,
    },
    { title: '', value: (row) => (isUtc ? '' : wall(row).offset), colour: (text) => paint('gray', text) },
    { title: 'UTC', value: ({ at }) => new Date(at).toISOString().replace('.000Z', 'Z') },
    { title: label('FROM NOW'), value: ({ at }) => relative(at, now), colour: (text) => paint('gray', text) },
    { title: '', value: ({ note }) => (note ? label(CLOCKS[note.kind]) : ''), colour: (text) => paint('yellow', text) },
  ]
  context.out(table(rows, columns, paint, context.width))
  for (const note of notes) context.out(`${paint('yellow', '!')} ${note[lang]}`)
}

const CLOCKS = { gap: 'clocks go forward', overlap: 'clocks go back' } as const
