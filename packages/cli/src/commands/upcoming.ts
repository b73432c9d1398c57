import { label, say } from '@rota/core'
import type { Occurrence } from '@rota/sdk'
import type { Context } from '../context.ts'
import { limitOf, secondsOf } from '../document/pairs.ts'
import { relative } from '../output/duration.ts'
import { wallOf, weekdayOf } from '../output/instant.ts'
import { table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

interface Options {
  task?: string
  within?: string
  limit?: string
}

export async function upcoming(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const { now, zone, paint, lang } = context
  const task = options.task === undefined ? undefined : await findTask(client, options.task)
  const ahead = options.within === undefined ? undefined : secondsOf('--within', options.within)
  const occurrences = await client.schedules.upcoming({
    task_id: task?.id,
    to: ahead === undefined ? undefined : new Date(now + ahead * 1_000).toISOString(),
    limit: limitOf(options.limit, 20),
  })
  if (context.flags.json) context.json({ occurrences })
  else if (occurrences.length === 0) context.note(say`Nothing is due.`)
  else {
    const at = ({ due_at }: Occurrence) => Date.parse(due_at)
    const wall = (each: Occurrence) => wallOf(at(each), zone)
    const rows = table(
      occurrences,
      [
        {
          title: `${label('DUE')} (${zone})`,
          value: (each) => `${weekdayOf(at(each), zone, lang)} ${wall(each).date} ${wall(each).time}`,
        },
        { title: label('IN'), value: ({ jittered_at }) => relative(Date.parse(jittered_at), now).replace(/^in /, '') },
        { title: label('TASK'), value: ({ task_name }) => oneLine(task_name), shrink: true },
      ],
      paint,
      context.width,
    )
    context.out(rows)
  }
  return undefined
}
