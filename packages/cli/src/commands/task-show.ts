import type { Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { duration } from '../output/duration.ts'
import { executionTable } from '../output/execution-table.ts'
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
    ['interpreter', task.interpreter ?? ''],
    ['args', params?.args?.map((each) => JSON.stringify(each)).join(' ') ?? ''],
    ['kwargs', pairsText(params?.kwargs)],
    ['env', pairsText(env)],
    ['directory', task.working_dir ?? ''],
    ['run as', task.run_as ?? ''],
    ['background', task.detach ? 'left running when the command has ended' : ''],
    ['encoding', task.encoding ?? ''],
    ['payload', task.payload && Object.keys(task.payload).length > 0 ? JSON.stringify(task.payload) : ''],
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
  const schedules = task.schedules.map(({ schedule, timezone }) => [schedule, timezone].filter(Boolean).join(' in '))
  return [
    ['schedule', schedules.join('\n') || task.schedule || whenElse(task)],
    ['in words', task.words?.[lang] ?? ''],
    ['zone', task.timezone ?? ''],
    ['next run', instant(task.next_run)],
    ['due', task.next_due === task.next_run ? '' : `${instant(task.next_due)} (without jitter)`],
    ['last run', task.last_run ? `${instant(task.last_run)}  ${state(context.paint, task.last_status)}` : ''],
    ['runs', task.run_count > 0 ? `${task.run_count}${task.max_runs ? ` of ${task.max_runs}` : ''}` : ''],
    [
      'window',
      [task.start_at && `from ${instant(task.start_at)}`, task.end_at && `to ${instant(task.end_at)}`]
        .filter(Boolean)
        .join('\n'),
    ],
    ['jitter', task.jitter_seconds ? `up to ${duration(task.jitter_seconds)}` : ''],
  ]
}

function how({ timeout_seconds, retry, concurrency, misfire, priority }: Task): Pairs {
  const attempts = retry?.max_attempts ?? 1
  return [
    ['timeout', timeout_seconds ? duration(timeout_seconds) : 'none'],
    [
      'retry',
      attempts > 1
        ? `${attempts} attempts, ${duration(retry?.delay_seconds ?? 0)} apart (${retry?.backoff ?? 'fixed'})`
        : '',
    ],
    ['overlap', [concurrency?.overlap, concurrency?.key && `key ${concurrency.key}`].filter(Boolean).join(', ')],
    ['misfire', misfire?.policy ? `${misfire.policy}, grace ${duration(misfire.grace_seconds ?? 0)}` : ''],
    ['priority', priority ? String(priority) : ''],
  ]
}

function record(context: Context, task: Task): Pairs {
  const at = (iso: string) => fullInstant(iso, context.now, context.zone)
  const by = (name: string | null) => (name ? ` by ${name}` : '')
  return [
    ['group', task.group ?? ''],
    ['tags', (task.tags ?? []).join(' ')],
    ['id', task.id],
    ['version', `${task.version}, ${at(task.updated_at)}${by(task.updated_by)}`],
    ['created', `${at(task.created_at)}${by(task.created_by)}`],
    ['deleted', task.deleted_at ? at(task.deleted_at) : ''],
  ]
}

/** When a task without a schedule runs. */
function whenElse({ run_at_start, run_at_boot }: Task): string {
  if (run_at_boot) return 'once per boot of the machine'
  return run_at_start ? 'when the server starts' : 'by hand only'
}
