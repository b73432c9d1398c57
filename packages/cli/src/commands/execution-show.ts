import { label, say } from '@rota/core'
import type { Execution } from '@rota/sdk'
import type { Context } from '../context.ts'
import { callerText } from '../output/caller.ts'
import { duration } from '../output/duration.ts'
import { taskName, took, whyInBrief } from '../output/execution-table.ts'
import { figure } from '../output/figure.ts'
import { fullInstant } from '../output/instant.ts'
import { state } from '../output/paint.ts'
import { howItFailed, reasonText } from '../output/reason.ts'
import { shortId } from '../output/short-id.ts'
import { bytes } from '../output/size.ts'
import { details } from '../output/table.ts'
import { silence } from '../output/unfinished-row.ts'
import { oneLine } from '../output/width.ts'
import { findExecutionId } from '../session/find-task.ts'

/** Lines of output shown below the facts. */
const TAIL = 15

export async function executionShow(context: Context, [wanted]: string[]): Promise<number | undefined> {
  const client = await context.client()
  const execution = await client.executions.get(await findExecutionId(client, wanted!))
  if (context.flags.json) {
    context.json(execution)
    return
  }
  const { paint } = context
  context.out(
    `${paint('bold', taskName(execution))}  ${state(paint, execution.status)}  ${paint('gray', execution.id)}`,
  )
  context.out(`\n${details(facts(context, execution), paint)}`)
  const lines = (execution.output ?? '').trimEnd().split('\n')
  if (lines.join('') === '') return
  const cut = lines.length > TAIL ? ` ${say`(last ${TAIL} lines; all: rota logs ${shortId(execution.id)})`}` : ''
  context.out(`\n${paint('bold', label('Output'))}${paint('gray', cut)}\n${lines.slice(-TAIL).join('\n')}`)
}

function facts(context: Context, execution: Execution): (readonly [string, string])[] {
  const { now, zone } = context
  const at = (iso: string | null) => fullInstant(iso, now, zone)
  const { covers, progress, unfinished } = execution
  return [
    [label('why'), execution.failure === null ? reasonText(execution.reason) : whyInBrief(execution)],
    [label('error'), execution.failure === 'exit_code' ? '' : (execution.error ?? '')],
    [label('progress'), progress ? `${progress.percent} %${progress.message ? ` ${progress.message}` : ''}` : ''],
    [
      label('unfinished line'),
      unfinished === null ? '' : [oneLine(unfinished.message), silence(unfinished, now)].join('  ').trimEnd(),
    ],
    [label('trigger'), triggerText(execution)],
    [label('due'), at(execution.scheduled_at)],
    [label('with jitter'), execution.jittered_at === execution.scheduled_at ? '' : at(execution.jittered_at)],
    [label('started'), at(execution.started_at)],
    [label('lateness'), execution.lateness_ms === null ? '' : duration(execution.lateness_ms / 1_000)],
    [say`finished`, at(execution.finished_at)],
    [label('took'), duration(took(execution, now))],
    [label('exit code'), execution.exit_code === null ? '' : String(execution.exit_code)],
    [label('timeout'), execution.timeout_seconds === null ? '' : duration(execution.timeout_seconds)],
    [label('attempt'), execution.max_attempts > 1 ? say`${execution.attempt} of ${execution.max_attempts}` : ''],
    [label('earlier'), earlier(context, execution)],
    [label('ran twice'), twice(context, execution)],
    [label('covers'), covers ? coveredText(covers.count, at(covers.from), at(covers.to)) : ''],
    [label('result'), execution.result === null ? '' : JSON.stringify(execution.result)],
    [label('parameters'), parameters(execution)],
    [label('CPU time'), duration(execution.cpu_seconds)],
    [label('peak memory'), bytes(execution.max_rss_bytes)],
    [
      label('log cut'),
      execution.dropped_log_bytes > 0 ? `${bytes(execution.dropped_log_bytes)} ${label('not kept')}` : '',
    ],
    [label('task version'), execution.task_version === null ? '' : String(execution.task_version)],
  ]
}

function coveredText(count: number, from: string, to: string): string {
  return count === 1 ? say`1 occurrence, ${from}` : say`${figure(count)} occurrences, ${from} to ${to}`
}

function triggerText({ trigger, requested_by }: Execution): string {
  return requested_by ? say`${label(trigger)} by ${callerText(requested_by)}` : label(trigger)
}

function earlier({ now, zone }: Context, { attempts, attempt }: Execution): string {
  return attempts
    .filter((each) => each.attempt < attempt)
    .map((each) => {
      const reason = each.failure ? howItFailed(each) : label(each.status)
      return `${each.attempt}${label(': ')}${reason}${label(', ')}${fullInstant(each.finished_at, now, zone)}`
    })
    .join('\n')
}

/** Attempts that an instance still ran when others had taken the execution over. */
function twice({ now, zone }: Context, { fenced_attempts }: Execution): string {
  return fenced_attempts
    .map(({ attempt, instance_id, started_at, fenced_at }) => {
      const [from, to] = [fullInstant(started_at, now, zone), fullInstant(fenced_at, now, zone)]
      return say`attempt ${attempt} ran on instance ${instance_id}, which had lost it, from ${from} to ${to}`
    })
    .join('\n')
}

function parameters({ params }: Execution): string {
  const args = params?.args ?? []
  const kwargs = Object.entries(params?.kwargs ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return [...args.map((each) => JSON.stringify(each)), ...kwargs].join(' ')
}
