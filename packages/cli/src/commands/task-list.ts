import { say } from '@rota/core'
import type { Context } from '../context.ts'
import { integerOf, limitOf } from '../document/pairs.ts'
import { figure } from '../output/figure.ts'
import { taskTable } from '../output/task-table.ts'

interface Options {
  group?: string
  tag?: string
  type?: string
  status?: string
  sort?: string
  limit?: string
  page?: string
  all?: boolean
  wide?: boolean
}

export async function taskList(context: Context, [q]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const { group, tag, type, status, sort = 'name' } = options
  const filter = { q, group, tag, type, status, sort } as Parameters<typeof client.tasks.list>[0]
  if (options.all) {
    const rows = []
    for await (const task of client.tasks.all({ ...filter, limit: 500 })) {
      if (context.flags.json) {
        context.jsonLine(task)
        await context.drained()
      } else rows.push(task)
    }
    if (!context.flags.json) showTasks(context, rows, rows.length, { ...options, q })
    return
  }
  const page = await client.tasks.list({
    ...filter,
    limit: limitOf(options.limit, 50),
    page: options.page === undefined ? undefined : integerOf('--page', options.page, 1),
  })
  const { rows, ...rest } = page
  if (context.flags.json) context.json({ ...rest, tasks: rows })
  else showTasks(context, rows, page.total, { ...options, q })
}

function showTasks(
  context: Context,
  rows: Parameters<typeof taskTable>[1],
  total: number,
  { wide = false, group, tag, type, status, q }: Options & { q?: string | undefined },
): void {
  if (rows.length === 0) {
    const isFiltered = [q, group, tag, type, status].some((wanted) => wanted !== undefined)
    if (total > 0) context.note(say`No tasks on this page.`)
    else context.note(isFiltered ? say`No task matches.` : say`No tasks. Make one with \`rota task create\`.`)
    return
  }
  context.out(taskTable(context, rows, wide))
  if (rows.length < total) {
    context.note(`\n${say`${figure(rows.length)} of ${figure(total)} tasks; -n shows more, --all shows all.`}`)
  }
}
