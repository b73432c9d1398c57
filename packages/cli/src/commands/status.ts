import { label, say } from '@rota/core'
import { ApiError, type Identity, type ServerStatus } from '@rota/sdk'
import type { Context } from '../context.ts'
import { duration } from '../output/duration.ts'
import { figure } from '../output/figure.ts'
import { state } from '../output/paint.ts'
import { details } from '../output/table.ts'
import { clientOf, findServer } from '../session/connect.ts'

export async function status(context: Context): Promise<number | undefined> {
  const server = await findServer(context)
  const client = clientOf(context, server)
  const [health, report, identity] = await Promise.all([
    client.health(),
    permitted(client.status()),
    server.token === null ? null : permitted(client.auth.me()),
  ])
  if (context.flags.json) {
    context.json({ url: server.url, credential: server.source, health, status: report, identity })
    return
  }
  const { paint } = context
  context.out(
    `${say`${paint('bold', `Rota ${health.version}`)} at ${server.url}`}${report ? `  ${state(paint, report.scheduler.state, serverWord(report.scheduler.state))}` : ''}`,
  )
  context.out(details([who(identity, server.source), ...(report ? facts(context, report) : [])], paint))
  if (identity === null) context.note(`\n${say`Log in with \`rota login\` to see and change tasks.`}`)
}

/** A server that works is said otherwise in Chinese than an execution that runs. */
function serverWord(word: string): string {
  return word === 'running' ? say`running` : label(word)
}

/** Null where this person may not know. */
async function permitted<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (ApiError.is(error) && (error.status === 401 || error.status === 403)) return null
    throw error
  }
}

function who(identity: Identity | null, source: string): readonly [string, string] {
  if (identity === null)
    return [label('you'), source === 'no login' ? say`not logged in` : say`not known to the server (${source})`]
  const { username, role } = identity.user
  return [label('you'), `${username}${label(', ')}${label(role)} (${source})`]
}

function facts({ now, paint }: Context, report: ServerStatus): (readonly [string, string])[] {
  const {
    scheduler,
    counts,
    clock_behind: behind,
    lateness_ms: late,
    event_loop_delay_ms: loop,
    instances,
    store,
  } = report
  const spread = (of: typeof late) => (of ? [of.p50, of.p99, of.max].map((ms) => duration(ms / 1_000)).join(' / ') : '')
  const since = (instant: string) => duration((now - Date.parse(instant)) / 1_000)
  const own = instances.find((one) => one.is_this)
  const waiting = counts.oldest_waiting_ms ? say`, the oldest for ${duration(counts.oldest_waiting_ms / 1_000)}` : ''
  return [
    [label('trouble'), scheduler.reason ? paint('red', scheduler.reason) : ''],
    [label('up'), own ? since(own.started_at) : ''],
    [label('tasks'), figure(counts.tasks)],
    [label('executions'), say`${figure(counts.running)} running, ${figure(counts.pending)} waiting` + waiting],
    [label('lateness'), late ? say`${spread(late)} (half / 99 % / most)` : ''],
    [label('loop delay'), loop ? say`${spread(loop)} (half / 99 % / most)` : ''],
    [
      label('clock'),
      behind === null ? '' : paint('red', say`set back: ${duration(behind.ms / 1_000)} behind what it showed before`),
    ],
    [label('store'), `${store.kind}${label(', ')}${store.location}`],
    ...(scheduler.kind === 'cluster' ? instances.map(instanceLine) : []),
  ]
}

function instanceLine(one: ServerStatus['instances'][number], index: number): readonly [string, string] {
  const what = `${serverWord(one.state)}${label(', ')}${say`${figure(one.running)} running, ${figure(one.waiting)} in hand`}`
  return [index === 0 ? label('instances') : '', `${one.hostname} (${one.pid}, ${one.version})${label(': ')}${what}`]
}
