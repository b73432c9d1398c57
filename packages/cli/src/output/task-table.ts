import { label } from '@rota/core'
import type { Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { briefInstant, shortInstant } from './instant.ts'
import { PLAIN, state } from './paint.ts'
import { type Column, table } from './table.ts'
import { whose } from './whose.ts'
import { oneLine } from './width.ts'

/** Tasks as a table for people. */
export function taskTable(context: Context, tasks: readonly Task[], wide = false): string {
  const { paint, now, zone } = context
  const columns: Column<Task>[] = [
    { title: label('NAME'), value: ({ name }) => oneLine(name), shrink: true, colour: (text) => paint('bold', text) },
    ...whose(tasks),
    { title: label('GROUP'), value: ({ group }) => oneLine(group ?? ''), shrink: true, drop: 2 },
    { title: label('TYPE'), value: ({ type }) => type, drop: 3 },
    {
      title: label('STATUS'),
      value: ({ status }) => state(PLAIN, status),
      colour: (_, { status }) => state(paint, status),
    },
    { title: label('SCHEDULE'), value: scheduleText, shrink: true },
    { title: label('ZONE'), value: ({ timezone }) => (wide ? (timezone ?? '') : '') },
    {
      title: label('NEXT'),
      value: ({ next_run }) => shortInstant(next_run, now, zone),
      brief: ({ next_run }) => briefInstant(next_run, now),
    },
    {
      title: label('LAST'),
      value: ({ last_status }) => (last_status ? state(PLAIN, last_status) : ''),
      colour: (text, { last_status }) => (text === '' ? '' : state(paint, last_status)),
    },
    {
      title: label('RUN AT'),
      value: ({ last_run }) => shortInstant(last_run, now, zone),
      brief: ({ last_run }) => briefInstant(last_run, now),
      drop: 1,
    },
    { title: label('TAGS'), value: ({ tags }) => (wide ? oneLine((tags ?? []).join(' ')) : ''), shrink: true },
    { title: label('ID'), value: ({ id }) => (wide ? id : '') },
  ]
  return table(tasks, columns, paint, context.width)
}

function scheduleText({ schedule, schedules, run_at_start, run_at_boot }: Task): string {
  if (schedule === null) return run_at_boot ? '@reboot' : run_at_start ? '@start' : '–'
  const more = schedules.length - 1
  return oneLine(schedule) + (more > 0 ? ` +${more}` : '')
}
