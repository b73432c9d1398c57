import { label, say } from '@rota/core'
import type { AccessExplanation, AccessQuestion, Client, Grant } from '@rota/sdk'
import type { Context } from '../context.ts'
import { instantOf } from '../document/instants.ts'
import { limitOf } from '../document/pairs.ts'
import { usage } from '../exit.ts'
import { shortInstant } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

interface Places {
  group?: string
  task?: string
}

interface Options extends Places {
  user?: string
  userGroup?: string
  token?: string
  until?: string
  limit?: string
}

export async function grantList(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const { user, userGroup, token, group, task, limit } = options
  onePlace(options)
  const { rows, ...page } = await client.grants.list({
    user,
    user_group: userGroup,
    token_id: token,
    group,
    task: await taskIdOf(client, task),
    limit: limitOf(limit, 1_000),
  })
  if (context.flags.json) context.json({ ...page, grants: rows })
  else if (rows.length === 0) context.note(say`No grants.`)
  else context.out(grantTable(context, rows))
  return undefined
}

function grantTable({ paint, now, zone, width }: Context, grants: readonly Grant[]): string {
  const columns: Column<Grant>[] = [
    { title: label('GIVEN TO'), value: ({ subject }) => oneLine(subject.name ?? subject.id), shrink: true },
    { title: label('KIND'), value: ({ subject }) => label(KINDS[subject.kind]) },
    { title: label('ROLE'), value: ({ role }) => label(role) },
    { title: label('WHERE'), value: ({ scope }) => placeOf(scope), shrink: true },
    {
      title: label('EXPIRES'),
      value: ({ expires_at }) => shortInstant(expires_at, now, zone) || label('no end'),
      colour: (text, { expired }) => (expired ? paint('red', text) : text),
      drop: 4,
    },
    { title: label('CREATED'), value: ({ created_at }) => shortInstant(created_at, now, zone), drop: 2 },
    { title: label('BY'), value: ({ created_by }) => oneLine(created_by ?? ''), drop: 3 },
    { title: label('ID'), value: ({ id }) => id, drop: 1 },
  ]
  return table(grants, columns, paint, width)
}

const KINDS = { user: 'user', group: 'user group', token: 'token' } as const

function placeOf({ kind, id, name }: { kind: string; id: string | null; name?: string | null }): string {
  if (kind === 'group') return say`group ${oneLine(id ?? '')}`
  if (kind === 'task') return say`task ${oneLine(name ?? id ?? '')}`
  return label('everywhere')
}

export async function grantCreate(context: Context, [role]: string[], options: Options): Promise<number | undefined> {
  const { group, task, until } = options
  const subject = subjectOf(options)
  onePlace(options)
  const client = await context.client()
  const taskId = await taskIdOf(client, task)
  const made = await client.grants.create({
    subject,
    role: role!,
    scope: taskId ? { kind: 'task', id: taskId } : group ? { kind: 'group', id: group } : { kind: 'global', id: null },
    expires_at: endOf(context, until),
  })
  if (context.flags.json) context.json(made)
  else {
    const [who, what, where] = [made.subject.name ?? made.subject.id, label(made.role), placeOf(made.scope)]
    context.say(`${context.paint('green', '✔')} ${oneLine(who)}${label(': ')}${what}${label(', ')}${where}`)
  }
  return undefined
}

function subjectOf({ user, userGroup, token }: Options): { kind: 'user' | 'group' | 'token'; id: string } {
  const given = [
    ...(user === undefined ? [] : [{ kind: 'user', id: user } as const]),
    ...(userGroup === undefined ? [] : [{ kind: 'group', id: userGroup } as const]),
    ...(token === undefined ? [] : [{ kind: 'token', id: token } as const]),
  ]
  if (given.length !== 1) throw usage(say`Give one of --user, --user-group, --token.`)
  return given[0]!
}

function endOf({ zone, now }: Context, until: string | undefined): string | null {
  return until === undefined ? null : new Date(instantOf('--until', until, zone, now)).toISOString()
}

export async function grantProlong(
  context: Context,
  [id]: string[],
  { until }: { until?: string },
): Promise<number | undefined> {
  const changed = await (await context.client()).grants.update(id!, { expires_at: endOf(context, until) })
  if (context.flags.json) context.json(changed)
  else {
    const end = shortInstant(changed.expires_at, context.now, context.zone) || label('no end')
    context.say(
      `${context.paint('green', '✔')} ${oneLine(changed.subject.name ?? changed.subject.id)}${label(': ')}${end}`,
    )
  }
  return undefined
}

export async function grantRevoke(context: Context, ids: string[]): Promise<number | undefined> {
  const client = await context.client()
  for (const id of ids) {
    await client.grants.remove(id)
    if (!context.flags.json) context.say(`${context.paint('green', '✔')} ${oneLine(id)} ${label('revoked')}`)
  }
  if (context.flags.json) context.json({ revoked: ids })
  return undefined
}

export async function grantExplain(
  context: Context,
  [permission]: string[],
  { user, group, task, kind }: Places & { user?: string; kind?: AccessQuestion['kind'] },
): Promise<number | undefined> {
  onePlace({ ...(group !== undefined && { group }), ...(task !== undefined && { task }) })
  const client = await context.client()
  const found = await client.grants.explain({
    user,
    permission: permission as AccessQuestion['permission'],
    kind,
    group,
    task: await taskIdOf(client, task),
  })
  if (context.flags.json) context.json(found)
  else tell(context, found)
  return undefined
}

function tell(context: Context, found: AccessExplanation): void {
  const { paint } = context
  const what = `${found.permission} ${found.kind}`
  const verdict = found.allowed ? say`${found.user} may ${what}.` : say`${found.user} may not ${what}.`
  context.out(`${found.allowed ? paint('green', '✔') : paint('red', '✘')} ${verdict}`)
  for (const { role, scope, user_group: by } of found.by) {
    const way = by === null ? '' : ` (${label('user group')} ${oneLine(by)})`
    context.out(`  ${label(role)}${label(', ')}${placeOf(scope)}${way}`)
  }
  if (found.missing !== null) context.out(`  ${found.missing}`)
  if (found.can_grant.length > 0) context.out(`  ${say`These may grant it: ${found.can_grant.join(', ')}`}`)
  if (found.narrowed_by_token) {
    context.out(`  ${say`The account may, this token may not: its permissions or its grants leave that out.`}`)
  }
}

function onePlace({ group, task }: Places): void {
  if (group !== undefined && task !== undefined) throw usage(say`Give at most one of --group, --task.`)
}

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i

/** An id as it is, for one may ask about a task that one does not see; else the id of the task of that name. */
async function taskIdOf(client: Client, wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined || ID.test(wanted)) return wanted
  return (await findTask(client, wanted)).id
}
