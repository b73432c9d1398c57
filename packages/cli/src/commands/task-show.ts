import { label, say } from '@rota/core'
import type { Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { callerText } from '../output/caller.ts'
import { duration } from '../output/duration.ts'
import { executionTable } from '../output/execution-table.ts'
import { figure } from '../output/figure.ts'
import { fullInstant } from '../output/instant.ts'
import { state } from '../output/paint.ts'
import { details } from '../output/table.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

export async function taskShow(context: Context, [name]: string[]): Promise<number | undefined> {
  const client = await context.client()
  const task = await findTask(client, name!)
  if (context.flags.json) {
    context.json(task)
    return
  }
  const { rows } = await client.tasks.executions(task.id, { limit: 5 })
  context.out(`${context.paint('bold', oneLine(task.name))}  ${state(context.paint, task.status)}`)
  if (task.description) context.out(`${task.description.trim()}`)
  context.out(
    `\n${details([...what(task), ...when(context, task), ...how(task), ...record(context, task)], context.paint)}`,
  )
  if (rows.length > 0) context.out(`\n${executionTable(context, rows, true)}`)
  return undefined
}

type Pairs = (readonly [label: string, value: string])[]

function what(task: Task): Pairs {
  const { http, params, env } = task
  const http_text = http ? `${http.method ?? 'GET'} ${http.url}` : ''
  return [
    [task.type, (task.command ?? task.source ?? task.handler ?? http_text ?? '').trimEnd()],
    [label('interpreter'), task.interpreter ?? ''],
    [label('args'), params?.args?.map((each) => JSON.stringify(each)).join(' ') ?? ''],
    [label('kwargs'), pairsText(params?.kwargs)],
    [label('env'), pairsText(env)],
    [label('directory'), task.working_dir ?? ''],
    [label('run as'), task.run_as ?? ''],
    [label('background'), task.detach ? say`left running when the command has ended` : ''],
    [label('encoding'), task.encoding ?? ''],
    [label('payload'), task.payload && Object.keys(task.payload).length > 0 ? JSON.stringify(task.payload) : ''],
  ]
}

function pairsText(map: Record<string, unknown> | undefined): string {
  return Object.entries(map ?? {})
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}

function when(context: Context, task: Task): Pairs {
  const { now, lang } = context
  const zone = task.timezone ?? context.zone
  const instant = (iso: string | null | undefined) => fullInstant(iso, now, zone)
  const schedules = task.schedules.map(({ schedule, timezone }) =>
    timezone ? say`${schedule ?? ''} in ${timezone}` : (schedule ?? ''),
  )
  return [
    [label('schedule'), schedules.join('\n') || task.schedule || whenElse(task)],
    [label('in words'), task.words?.[lang] ?? ''],
    [label('zone'), task.timezone ?? ''],
    [label('next run'), instant(task.next_run)],
    [label('due'), task.next_due === task.next_run ? '' : say`${instant(task.next_due)} (without jitter)`],
    [label('last run'), task.last_run ? `${instant(task.last_run)}  ${state(context.paint, task.last_status)}` : ''],
    [
      label('runs'),
      task.run_count > 0
        ? task.max_runs
          ? say`${figure(task.run_count)} of ${figure(task.max_runs)}`
          : figure(task.run_count)
        : '',
    ],
    [
      label('window'),
      [task.start_at && say`from ${instant(task.start_at)}`, task.end_at && say`to ${instant(task.end_at)}`]
        .filter(Boolean)
        .join('\n'),
    ],
    [label('jitter'), task.jitter_seconds ? say`up to ${duration(task.jitter_seconds)}` : ''],
  ]
}

/** What holds is shown; where it is the server's default rather than the task's own, that is said. */
function how({ timeout_seconds, retry, concurrency, misfire, priority, effective }: Task): Pairs {
  const said = (own: unknown, text: string) => (own === null || own === undefined ? say`${text} (default)` : text)
  const limit = effective.timeout_seconds
  const { max_attempts: attempts = 1, delay_seconds: delay = 0, backoff = 'fixed' } = effective.retry
  const max = effective.max_concurrent
  return [
    [label('timeout'), limit === null ? label('none') : said(timeout_seconds, duration(limit))],
    [
      label('retry'),
      attempts > 1 ? said(retry, say`${attempts} attempts, ${duration(delay)} apart (${label(backoff)})`) : '',
    ],
    [label('at once'), max > 1 && concurrency?.overlap !== 'allow' ? said(concurrency?.max, String(max)) : ''],
    [
      label('overlap'),
      [concurrency?.overlap && label(concurrency.overlap), concurrency?.key && say`key ${concurrency.key}`]
        .filter(Boolean)
        .join(label(', ')),
    ],
    [
      label('misfire'),
      misfire?.policy
        ? `${label(misfire.policy.replace('_', ' '))}${label(', ')}${label('grace')} ${duration(misfire.grace_seconds ?? 0)}`
        : '',
    ],
    [label('priority'), priority ? String(priority) : ''],
  ]
}

function record(context: Context, task: Task): Pairs {
  const at = (iso: string) => fullInstant(iso, context.now, context.zone)
  const by = (name: string | null) => (name ? ` ${say`by ${callerText(name)}`}` : '')
  return [
    [label('group'), task.group ?? ''],
    [label('tags'), (task.tags ?? []).join(' ')],
    [label('id'), task.id],
    [label('version'), `${task.version}${label(', ')}${at(task.updated_at)}${by(task.updated_by)}`],
    [label('created'), `${at(task.created_at)}${by(task.created_by)}`],
    [label('deleted'), task.deleted_at ? at(task.deleted_at) : ''],
  ]
}

/** When a task without a schedule runs. */
function whenElse({ run_at_start, run_at_boot }: Task): string {
  if (run_at_boot) return say`once per boot of the machine`
  return run_at_start ? say`when the server starts` : say`by hand only`
}
