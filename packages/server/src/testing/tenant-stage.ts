import { signIn, type TestBrowser } from './test-browser.ts'
import type { Reply, TestServer } from './test-server.ts'

export const TENANT_PASSWORD = 'a long enough password'

/** A tenant that has one of everything, each with its own word in every text. */
export interface StagedTenant {
  /** No text of another tenant holds it. */
  word: string
  /** A session of an administrator of it. */
  token: string
  browser: TestBrowser
  /** Ids by what they name. */
  ids: Record<
    | 'task'
    | 'deletedTask'
    | 'execution'
    | 'failedExecution'
    | 'job'
    | 'jobTask'
    | 'admin'
    | 'user'
    | 'userGroup'
    | 'grant'
    | 'apiToken'
    | 'session'
    | 'secret'
    | 'node'
    | 'pool'
    | 'joinToken',
    string
  >
  /** Names by which things are asked for. */
  names: { tenant: string; role: string; user: string; userGroup: string; group: string; task: string; secret: string }
  call(method: string, url: string, body?: unknown): Promise<Reply>
}

/** Makes a tenant with one of everything, by the API alone. */
export async function stageTenant(t: TestServer, word: string): Promise<StagedTenant> {
  const made = await t.call('POST', '/api/scheduler/tenants', {
    as: 'admin',
    body: { id: word, name: `${word} limited` },
  })
  if (made.status !== 201) throw new Error(made.text)
  const username = `${word}-boss`
  const boss = await t.call('POST', '/api/scheduler/users', {
    as: 'admin',
    headers: { 'rota-tenant': word },
    body: { username, password: TENANT_PASSWORD, role: 'admin', display_name: `${word} boss` },
  })
  const signedIn = await t.call('POST', '/api/auth/login', {
    body: { username: `${word}/${username}`, password: TENANT_PASSWORD },
  })
  const token = signedIn.json.access_token as string
  const browser = await signIn(t, `${word}/${username}`, TENANT_PASSWORD)
  const call = (method: string, url: string, body?: unknown) => t.call(method, url, { as: token, body })
  const make = async (url: string, body: unknown) => {
    const reply = await call('POST', url, body)
    if (reply.status >= 300) throw new Error(`${url}: ${reply.text}`)
    return reply.json
  }
  const tasks = await stageTasks(make, word)
  const secret = await make('/api/scheduler/secrets', {
    name: `${word}_secret`,
    description: `${word} description`,
    value: `${word}-value`,
  })
  const fleet = await stageNodes(make, word)
  const people = await stagePeople(make, word, tasks.group)
  const sessions = await call('GET', '/api/auth/sessions')
  const { group, taskName, ...taskIds } = tasks
  const ids = {
    ...taskIds,
    ...people.ids,
    ...fleet,
    admin: boss.json.id,
    session: sessions.json.sessions[0].id,
    secret: secret.id!,
  }
  await call('DELETE', `/api/scheduler/tasks/${ids.deletedTask}`)
  const names = { tenant: word, ...people.names, group, task: taskName, secret: `${word}_secret` }
  const staged = { word, token, browser, ids, names, call }
  for (const id of [ids.execution, ids.failedExecution, ids.job]) await ended(staged, id)
  return staged
}

type Make = (url: string, body: unknown) => Promise<Record<string, string>>

async function stageTasks(make: Make, word: string) {
  const group = `${word}-group/below`
  const taskName = `${word} task`
  const common = {
    type: 'shell',
    group,
    tags: [`${word}-tag`],
    description: `${word} description`,
    env: { PLACE: `${word}-env` },
    params: { args: [`${word}-arg`] },
    concurrency: { overlap: 'queue', key: `${word}-key`, key_max: 1 },
  }
  const schedule = { type: 'interval', every: 1, unit: 'hours' }
  const task = await make('/api/scheduler/tasks', { ...common, name: taskName, schedule, command: `echo ${word}-line` })
  const failing = await make('/api/scheduler/tasks', {
    ...common,
    name: `${word} failing`,
    command: `echo ${word}-error >&2; exit 3`,
  })
  const deleted = await make('/api/scheduler/tasks', { ...common, name: `${word} deleted`, command: 'true' })
  const run = await make(`/api/scheduler/tasks/${task.id}/run`, {})
  const failed = await make(`/api/scheduler/tasks/${failing.id}/run`, {})
  const job = await make('/api/scheduler/executions', {
    name: `${word} job`,
    type: 'shell',
    payload: { command: `echo ${word}-job-line` },
  })
  const jobTask = await make('/api/v1/jobs', {
    name: `${word} timed job`,
    job_type: 'interval',
    interval_seconds: 3_600,
    func: 'echo',
    kwargs: { word },
  })
  return {
    group,
    taskName,
    task: task.id!,
    deletedTask: deleted.id!,
    execution: run.execution_id!,
    failedExecution: failed.execution_id!,
    job: job.id!,
    jobTask: (jobTask.id ?? jobTask.job_id)!,
  }
}

async function stageNodes(make: Make, word: string) {
  const [node, pool] = [`${word}-node`, `${word}-pool`]
  await make('/api/scheduler/pools', { name: pool, description: `${word} pool`, selector: `of=${word}` })
  await make('/api/scheduler/nodes/register', {
    ...{ id: node, capacity: 2, labels: { of: word }, languages: ['zh', 'en'] },
    capabilities: { asr: { languages: ['zh'], models: [`${word}-model`] } },
  })
  await make('/api/scheduler/nodes/heartbeat', { node_name: node, cpu_usage: 99 })
  const joinToken = await make('/api/scheduler/nodes/join-tokens', { name: `${word} token`, pools: [pool] })
  return { node, pool, joinToken: joinToken.id! }
}

async function stagePeople(make: Make, word: string, group: string) {
  const names = { user: `${word}-user`, userGroup: `${word}-people`, role: `${word}-role` }
  const user = await make('/api/scheduler/users', {
    username: names.user,
    password: TENANT_PASSWORD,
    role: 'none',
    display_name: `${word} person`,
  })
  const userGroup = await make('/api/scheduler/user-groups', { name: names.userGroup, description: `${word} people` })
  await make(`/api/scheduler/user-groups/${userGroup.id}/members`, { kind: 'user', id: names.user })
  await make('/api/scheduler/roles', {
    name: names.role,
    description: `${word} role`,
    rights: { task: ['view', 'execute'] },
  })
  const grant = await make('/api/scheduler/grants', {
    subject: { kind: 'group', id: names.userGroup },
    role: names.role,
    scope: { kind: 'group', id: group },
  })
  const apiToken = await make('/api/scheduler/tokens', { name: `${word}-token`, scopes: ['view'] })
  return { names, ids: { user: user.id!, userGroup: userGroup.id!, grant: grant.id!, apiToken: apiToken.id! } }
}

/** Waits for the end of an execution by its log's stream, which ends with it. */
async function ended({ call }: StagedTenant, id: string): Promise<void> {
  await call('GET', `/api/scheduler/executions/${id}/logs/stream`)
}

/** What changes by being read. */
export function withoutUse(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each) => (key === 'last_used_at' ? null : each)))
}
