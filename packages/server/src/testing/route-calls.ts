import type { StagedTenant } from './tenant-stage.ts'

/** A request about things of a tenant, and what of it a reply may repeat. */
export interface RouteCall {
  method: string
  path: string
  body?: unknown
  said: readonly string[]
}

type Of = Pick<StagedTenant, 'ids' | 'names'>

/** What names a thing in a path, by what the path begins with; the longest that fits counts. */
const NAMED: Readonly<Record<string, (of: Of) => Record<string, readonly string[]>>> = {
  '/api/scheduler/tasks': ({ ids }) => ({ id: [ids.task, ids.deletedTask] }),
  '/api/scheduler/executions': ({ ids }) => ({ id: [ids.execution, ids.failedExecution, ids.job] }),
  '/api/v1/jobs': ({ ids }) => ({ id: [ids.jobTask, ids.task] }),
  '/api/auth/oidc': () => ({ provider: ['nobody'] }),
  '/api/auth/sessions': ({ ids }) => ({ id: [ids.session] }),
  '/api/scheduler/users': ({ ids }) => ({ id: [ids.user, ids.admin] }),
  '/api/scheduler/user-groups': ({ ids }) => ({ id: [ids.userGroup], kind: ['user'], member: [ids.user] }),
  '/api/scheduler/roles': ({ names }) => ({ role: [names.role] }),
  '/api/scheduler/grants': ({ ids }) => ({ id: [ids.grant] }),
  '/api/scheduler/policies': ({ names }) => ({ policy: [names.role] }),
  '/api/scheduler/approvals': ({ ids }) => ({ id: [ids.grant] }),
  '/api/scheduler/tokens': ({ ids }) => ({ token: [ids.apiToken] }),
  '/api/scheduler/secrets': ({ ids, names }) => ({ secret: [ids.secret, names.secret] }),
  '/api/scheduler/nodes': ({ ids }) => ({ node: [ids.node] }),
  '/api/scheduler/nodes/join-tokens': ({ ids }) => ({ id: [ids.joinToken] }),
  '/api/scheduler/pools': ({ ids }) => ({ pool: [ids.pool] }),
  '/api/scheduler/tenants': ({ names }) => ({ tenant: [names.tenant] }),
}

type Questions = (of: Of) => readonly Record<string, string>[]
const NOTHING: Questions = () => []
const ABOUT_TASK: Questions = ({ ids }) => [{ task_id: ids.task }]
const FROM_TO = { from: '2020-01-01T00:00:00Z', to: '2040-01-01T00:00:00Z' }

/** What routes with a query may be asked about things of a tenant, each besides being asked about nothing. */
const QUERIES: Readonly<Record<string, Questions>> = {
  'GET /api/scheduler/tasks': ({ names, ids }) => [
    { q: names.tenant },
    { q: ids.task },
    { group: names.group },
    { tag: `${names.tenant}-tag` },
    { status: 'deleted' },
    { sort: 'last_run' },
  ],
  'POST /api/scheduler/tasks/validate': ({ ids }) => [{ id: ids.task }],
  'GET /api/scheduler/tasks/export': ({ names, ids }) => [
    { ids: ids.task },
    { group: names.group },
    { format: 'ndjson' },
    { q: names.tenant },
  ],
  'GET /api/scheduler/tasks/:id/executions': NOTHING,
  'GET /api/scheduler/tasks/:id/stats': NOTHING,
  'GET /api/scheduler/forecast': ABOUT_TASK,
  'GET /api/scheduler/ledger': ABOUT_TASK,
  'GET /api/scheduler/executions': ({ ids, names }) => [
    { task_id: ids.task },
    { q: names.tenant },
    { group: names.group },
    { fields: 'output,result' },
    { status: 'failed' },
    { node_id: 'a' },
  ],
  'GET /api/scheduler/executions/:id/logs': ({ names }) => [{ q: `${names.tenant}-line` }],
  'GET /api/scheduler/executions/:id/logs/stream': NOTHING,
  'GET /api/scheduler/executions/:id/logs/export': () => [{ format: 'ndjson' }],
  'GET /api/scheduler/events': NOTHING,
  'GET /api/scheduler/stats/timeseries': ({ ids, names }) => [
    { task_id: ids.task },
    { group: names.group },
    { bucket: 'day' },
  ],
  'GET /api/scheduler/stats/top': () => ['slowest', 'failing', 'late', 'busiest'].map((by) => ({ by })),
  'GET /api/scheduler/timeline': ({ ids, names }) => [{ task_id: ids.task }, { group: names.group }, { node_id: 'a' }],
  'GET /api/scheduler/forecast/days': ({ ids, names }) => [{ task_id: ids.task }, { group: names.group }],
  'GET /api/scheduler/stats/failures': NOTHING,
  'GET /api/scheduler/stats/groups': () => [FROM_TO],
  'GET /api/scheduler/stats/lateness': ABOUT_TASK,
  'GET /api/v1/jobs': ({ names }) => [{ q: names.tenant }],
  'GET /api/v1/jobs/history': ({ ids }) => [{ job_id: ids.jobTask }, { job_id: ids.task }],
  'GET /api/scheduler/users': NOTHING,
  'GET /api/auth/oidc/:provider/start': NOTHING,
  'GET /api/auth/oidc/:provider/callback': NOTHING,
  'GET /api/scheduler/user-groups': NOTHING,
  'GET /api/scheduler/approvals': NOTHING,
  'GET /api/scheduler/grants': ({ ids, names }) => [
    { user: ids.user },
    { user: names.user },
    { user: `${names.tenant}/${names.user}` },
    { user_group: ids.userGroup },
    { user_group: names.userGroup },
    { role: names.role },
    { group: names.group },
    { task: ids.task },
    { token_id: ids.apiToken },
  ],
  'GET /api/scheduler/access/explain': ({ ids, names }) => [
    { user: names.user },
    { user: ids.user },
    { task: ids.task, permission: 'edit' },
    { group: names.group },
  ],
  'GET /api/scheduler/access/holders': ({ ids, names }) => [{ task: ids.task }, { group: names.group }],
  'GET /api/scheduler/tokens': () => [{ all: 'true' }],
  'GET /api/scheduler/tenants': NOTHING,
  'GET /api/scheduler/secrets': NOTHING,
  'DELETE /api/scheduler/secrets/:secret': () => [{ force: 'true' }],
  'GET /api/scheduler/nodes': ({ ids, names }) => [
    { q: ids.node },
    { pool: ids.pool },
    { selector: `of=${names.tenant}` },
    { status: 'ready' },
  ],
  'GET /api/scheduler/nodes/:node': () => [{ load_from: '2020-01-01' }],
  'GET /api/scheduler/nodes/:node/events': () => [{ limit: '5' }],
  'GET /api/scheduler/pools/:pool/members': NOTHING,
  'GET /api/scheduler/audit': ({ ids, names }) => [
    { subject: ids.task },
    { subject: names.role },
    { actor: `${names.tenant}-boss` },
    { q: names.tenant },
    { kind: 'user' },
  ],
  'GET /api/scheduler/audit/export': () => [{ format: 'csv' }],
}

type Bodies = (of: Of) => readonly unknown[]
const EMPTY: Bodies = () => [{}]
const CHANGED_TASK = { description: 'changed by another', command: 'echo changed' }
const NEW_TASK = { name: 'a new task', type: 'shell', command: 'true' }
const WHOLE_JOB = { name: 'a new job', job_type: 'manual', func: 'echo' }

/** What routes with a body are sent about things of a tenant: so that nothing but whose they are can be wrong with it. */
const BODIES: Readonly<Record<string, Bodies>> = {
  'POST /api/scheduler/tasks': ({ names }) => [
    { ...NEW_TASK, tenant_id: names.tenant },
    { ...NEW_TASK, created_by: names.user },
  ],
  'POST /api/scheduler/tasks/validate': () => [NEW_TASK],
  'PUT /api/scheduler/tasks/:id': () => [{ ...NEW_TASK, ...CHANGED_TASK }],
  'PATCH /api/scheduler/tasks/:id': () => [CHANGED_TASK],
  'POST /api/scheduler/tasks/:id/restore': EMPTY,
  'POST /api/scheduler/tasks/:id/resume': EMPTY,
  'POST /api/scheduler/tasks/:id/clone': () => [{ name: 'a copy' }],
  'POST /api/scheduler/tasks/:id/run': EMPTY,
  'POST /api/scheduler/tasks/bulk': ({ ids, names }) =>
    ['enable', 'disable', 'delete', 'restore', 'run', 'pause', 'resume'].flatMap((action) => [
      { action, ids: [ids.task, ids.deletedTask] },
      { action, filter: { group: names.group } },
    ]),
  'POST /api/scheduler/tasks/import': ({ names }) => [
    { tasks: [{ ...NEW_TASK, name: 'an import', tenant_id: names.tenant }], dry_run: true },
  ],
  'POST /api/scheduler/tasks/import/crontab': () => [{ text: '* * * * * true', dry_run: true }],
  'POST /api/scheduler/schedules/preview': ({ ids }) => [{ schedule: '@hourly', task_id: ids.task }],
  'POST /api/scheduler/executions': ({ names }) => [
    { type: 'shell', payload: { command: 'true' }, tenant_id: names.tenant },
  ],
  'POST /api/v1/jobs': ({ names }) => [{ ...WHOLE_JOB, tenant_id: names.tenant }],
  'PUT /api/v1/jobs/:id': () => [WHOLE_JOB],
  'POST /api/auth/login': ({ names }) => [
    { username: names.user, password: 'not the password' },
    { username: `${names.tenant}/${names.user}`, password: 'not the password' },
  ],
  'POST /api/auth/refresh': () => [{ refresh_token: 'none' }],
  'POST /api/auth/oidc/:provider/logout': () => [{ logout_token: 'none' }],
  'POST /api/auth/invitation': () => [{ token: 'none' }],
  'POST /api/auth/invitation/accept': () => [{ token: 'none', password: 'another long password' }],
  'PATCH /api/auth/profile': () => [{ display_name: 'changed' }],
  'PUT /api/auth/second-factor': () => [{ enrolment: 'none', totp: '000000', password: 'wrong' }],
  'POST /api/auth/second-factor/removal': () => [{ password: 'wrong', totp: '000000' }],
  'POST /api/auth/second-factor/recovery-codes': () => [{ password: 'wrong', totp: '000000' }],
  // What ends the caller's own session is left to other tests.
  'POST /api/auth/logout': () => [{ everywhere: 'no' }],
  'POST /api/auth/password': () => [{ current_password: 'wrong', new_password: 'another long password' }],
  'POST /api/scheduler/users': ({ names }) => [
    { username: 'someone', password: 'a long enough password', tenant_id: names.tenant },
  ],
  'PUT /api/scheduler/users/:id': () => [{ display_name: 'changed' }, { password: 'another long password' }],
  'PATCH /api/scheduler/users/:id': () => [{ role: 'viewer' }, { disabled: true }],
  'POST /api/scheduler/user-groups': ({ names }) => [{ name: 'some people', tenant_id: names.tenant }],
  'PATCH /api/scheduler/user-groups/:id': () => [{ description: 'changed' }],
  'POST /api/scheduler/user-groups/:id/members': ({ ids, names }) => [
    { kind: 'user', id: names.user },
    { kind: 'group', id: ids.userGroup },
  ],
  'POST /api/scheduler/roles': ({ names }) => [{ name: 'odd', rights: { task: ['view'] }, tenant_id: names.tenant }],
  'PATCH /api/scheduler/roles/:role': () => [{ description: 'changed' }],
  'POST /api/scheduler/policies': () => [{ name: 'odd', rules: {} }],
  'PUT /api/scheduler/policies/:policy': () => [{ rules: {} }],
  'POST /api/scheduler/policies/check': EMPTY,
  'POST /api/scheduler/approvals/:id/approve': EMPTY,
  'POST /api/scheduler/approvals/:id/reject': () => [{ reason: 'No.' }],
  'POST /api/scheduler/approvals/:id/withdraw': EMPTY,
  'POST /api/scheduler/grants': ({ ids, names }) => {
    const scope = { kind: 'global' }
    return [
      { subject: { kind: 'user', id: ids.user }, role: 'viewer', scope },
      { subject: { kind: 'user', id: names.user }, role: 'viewer', scope },
      { subject: { kind: 'user', id: `${names.tenant}/${names.user}` }, role: 'viewer', scope },
      { subject: { kind: 'group', id: ids.userGroup }, role: 'viewer', scope },
      { subject: { kind: 'group', id: names.userGroup }, role: 'viewer', scope },
      { subject: { kind: 'token', id: ids.apiToken }, role: 'viewer', scope },
    ]
  },
  'PATCH /api/scheduler/grants/:id': () => [{ expires_at: null }],
  'POST /api/scheduler/tokens': ({ names }) => [{ name: 'odd', tenant_id: names.tenant }],
  'POST /api/scheduler/tokens/:token/rotate': EMPTY,
  'POST /api/scheduler/secrets': ({ names }) => [{ name: 'odd', value: 'a value', tenant_id: names.tenant }],
  'PUT /api/scheduler/secrets/:secret': () => [{ description: 'changed' }, { value: 'a value of another' }],
  'POST /api/scheduler/secrets/:secret/rotate': () => [{ value: 'a value of another' }],
  // Ids and names are everybody's, as they stand in keys: that one is taken is told.
  'POST /api/scheduler/nodes/register': ({ names }) => [{ id: 'odd', capacity: 1, tenant_id: names.tenant }],
  'POST /api/scheduler/nodes/heartbeat': () => [{ node_name: 'odd', cpu_usage: 1 }],
  'POST /api/scheduler/nodes/join': ({ ids }) => [{ token: 'none', node: { id: ids.node } }],
  'POST /api/scheduler/nodes/:node/poll': () => [{ frames: [] }],
  'POST /api/scheduler/nodes/:node/news': () => [{ frames: [] }],
  'POST /api/scheduler/nodes/:node/drain': () => [{ reason: 'another says so' }],
  'POST /api/scheduler/nodes/join-tokens': () => [{ name: 'odd' }],
  'POST /api/scheduler/pools': () => [{ name: 'odd' }],
  'PUT /api/scheduler/pools/:pool': () => [{ description: 'changed' }],
  'POST /api/scheduler/tenants': () => [{ id: 'another' }],
  'PUT /api/scheduler/tenants/:tenant': () => [{ name: 'changed' }, { disabled: true }],
}

interface Served {
  method: string
  url: string
  hasBody: boolean
  hasQuery: boolean
}

/**
 * All that a route can be asked about things of a tenant. Throws for a route that this file does not know how to ask: who
 * adds one says here what of a tenant it could be asked for.
 */
export function callsTo({ method, url, hasBody, hasQuery }: Served, of: Of): RouteCall[] {
  const name = `${method} ${url}`
  const paths = pathsOf(url, of)
  const questions = hasQuery ? [{}, ...known(QUERIES, name)(of)] : [{}]
  const bodies = hasBody ? known(BODIES, name)(of) : [undefined]
  return paths.flatMap(({ path, said }) =>
    questions.flatMap((question) =>
      bodies.map((body) => {
        const search = new URLSearchParams(question).toString()
        const words = [...said, ...Object.values(question), ...textsIn(body)]
        const asked = { method, path: search === '' ? path : `${path}?${search}`, said: words }
        return body === undefined ? asked : { ...asked, body }
      }),
    ),
  )
}

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name]
  if (found === undefined)
    throw new Error(`testing/route-calls.ts does not say what ${name} can be asked about a tenant.`)
  return found
}

function pathsOf(url: string, of: Of): { path: string; said: string[] }[] {
  let paths = [{ path: url.replace('*', 'nothing.js'), said: [] as string[] }]
  for (const [, name] of url.matchAll(/:([A-Za-z]+)/g)) {
    const prefix = Object.keys(NAMED)
      .filter((each) => url.startsWith(each))
      .toSorted((a, b) => b.length - a.length)[0]
    const values = prefix === undefined ? undefined : NAMED[prefix]!(of)[name!]
    if (values === undefined) throw new Error(`testing/route-calls.ts does not say what :${name} of ${url} can be.`)
    paths = paths.flatMap(({ path, said }) =>
      values.map((value) => ({ path: path.replace(`:${name}`, encodeURIComponent(value)), said: [...said, value] })),
    )
  }
  return paths
}

function textsIn(body: unknown): string[] {
  if (typeof body === 'string') return [body]
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(textsIn) : []
}
