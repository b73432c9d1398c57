import type { Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { shortInstant } from './instant.ts'
import { state } from './paint.ts'
import { type Column, table } from './table.ts'
import { oneLine } from './width.ts'

/** Tasks as a table for people. */
export function taskTable(context: Context, tasks: readonly Task[], wide = false): string {
  const { paint, now, zone } = context
  const plain = (word: string | null) => state((_, text) => text, word)
  const columns: Column<Task>[] = [
    { title: 'NAME', value: ({ name }) => oneLine(name), shrink: true, colour: (text) => paint('bold', text) },
    { title: 'GROUP', value: ({ group }) => oneLine(group ?? ''), shrink: true },
    { title: 'TYPE', value: ({ type }) => type },
    {
      title: 'STATUS',
      value: ({ status }) => plain(status),
      colour: (_, { status }) => state(paint, status),
    },
    { title: 'SCHEDULE', value: scheduleText, shrink: true },
    { title: 'ZONE', value: ({ timezone }) => (wide ? (timezone ?? '') : '') },
    { title: 'NEXT', value: ({ next_run }) => shortInstant(next_run, now, zone) },
    {
      title: 'LAST',
      value: ({ last_status }) => (last_status ? plain(last_status) : ''),
      colour: (text, { last_status }) => (text === '' ? '' : state(paint, last_status)),
    },
    { title: 'RUN AT', value: ({ last_run }) => shortInstant(last_run, now, zone) },
    { title: 'TAGS', value: ({ tags }) => (wide ? oneLine((tags ?? []).join(' ')) : ''), shrink: true },
    { title: 'ID', value: ({ id }) => (wide ? id : '') },
  ]
  return table(tasks, columns, paint, context.width)
}

function scheduleText({ schedule, schedules, run_at_start }: Task): string {
  if (schedule === null) return run_at_start ? '@reboot' : '–'
  const more = schedules.length - 1
  return oneLine(schedule) + (more > 0 ? ` +${more}` : '')
}
