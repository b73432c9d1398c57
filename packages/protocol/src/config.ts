// Long because: it is the one table of everything that can be set.
import { say } from '@rota/core'
import { z } from 'zod'
import { text } from './scalars.ts'
import { secretsConfig } from './secrets-config.ts'
import { isDirectoryGuarded, ldapDirectory, oidcProvider } from './sign-in-config.ts'
import { strict } from './strict.ts'
import { retryPolicy } from './task.ts'

/** The longest time limit that can be set for all: ten years. */
const LONGEST_SECONDS = 10 * 366 * 86_400

const about = (description: string) => ({ description })
/** A value that no reply, log or document may show. */
const secretText = (description: string) => text(4_096).nullable().default(null).meta({ description, secret: true })
const count = (fallback: number, description: string, min = 0, max = 1_000_000_000) =>
  z.int().min(min).max(max).default(fallback).meta(about(description))
const amount = (fallback: number, description: string, min = 0, max = 1_000_000_000) =>
  z.number().min(min).max(max).default(fallback).meta(about(description))
const flag = (fallback: boolean, description: string) => z.boolean().default(fallback).meta(about(description))
const list = (description: string) => z.array(text(4_096, 1)).max(1_000).default([]).meta(about(description))

const PROXY_NAMES = 'must be an IP address, a range such as 10.0.0.0/8, or one of the words loopback, private and any.'
const PROXY_NAME = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), z.enum(['loopback', 'private', 'any'])])
const isProxyName = (name: string) => PROXY_NAME.safeParse(name).success

const http = strict({
  body_limit_bytes: count(
    1_048_576,
    'Largest request body; beyond it 413. Sign-ins and what has no documents take less.',
    1_024,
    67_108_864,
  ),
  headers_timeout_seconds: amount(
    15,
    'Time a client has to send its headers; `request_timeout_seconds` at most.',
    1,
    600,
  ),
  request_timeout_seconds: amount(30, 'Time a client has to send a whole request.', 1, 3_600),
  write_timeout_seconds: amount(30, 'Time within which a reader must have taken some more of a reply.', 1, 3_600),
  keep_alive_timeout_seconds: amount(72, 'Idle time after which a connection is closed.', 1, 3_600),
  max_connections: count(2_000, 'Connections at once; beyond it the address with the most gives way, or 503.', 1),
  max_connections_per_address: count(
    500,
    'Connections at once from one address, of IPv6 from one /64; beyond it 429. Not for trusted proxies.',
    1,
  ),
  max_connections_per_user: count(500, 'Connections at once of one user; beyond it 429. Not for trusted proxies.', 1),
  rate_limit_per_minute: count(12_000, 'Requests per minute and address; beyond it 429. 0 switches the limit off.'),
  anonymous_per_minute: count(
    600,
    'Requests to the API without a credential, sign-ins included, per minute and address; beyond it 429. 0 switches the limit off.',
  ),
  anonymous_per_minute_total: count(6_000, 'The same from all addresses together. 0 switches the limit off.'),
  anonymous_at_once: count(
    16,
    'Sign-ins and other requests that need no credential under way at once from one address; beyond it 429.',
    1,
  ),
  anonymous_at_once_total: count(64, 'The same from all addresses together.', 1),
  trust_proxy: z
    .array(text(100, 1).refine(isProxyName, { error: PROXY_NAMES }))
    .max(1_000)
    .default([])
    .meta(
      about(
        'Proxies whose X-Forwarded-For, -Proto and -Host count: addresses, ranges such as `10.0.0.0/8`, or the words `loopback`, `private`, `any`. The client is the right-most address that is none of them.',
      ),
    ),
  web: flag(true, 'Serve the web interface at /.'),
  web_dir: text(4_096, 1)
    .nullable()
    .default(null)
    .meta(about('Folder of the built web interface; it may appear later. Null: `packages/web/dist` of the checkout.')),
  docs: flag(true, 'Serve the interactive documentation at /docs.'),
  public_metrics: flag(false, 'Serve metrics without a credential.'),
  max_streams: count(500, 'Live logs and streams of events at once; beyond it 503.'),
  max_streams_per_user: count(50, 'Live logs and streams of events of one user at once; beyond it 429.'),
  max_streams_per_address: count(
    250,
    'Live logs and streams of events of one address, of IPv6 of one /64, at once; beyond it 429.',
  ),
  stream_buffer_bytes: count(
    1_048_576,
    'Held for a slow reader of a live log or of events; what exceeds it is skipped and marked.',
    16_384,
  ),
})

const auth = strict({
  signing_key: text(512).nullable().default(null).meta({
    description:
      'Key that signs access tokens: 64 hexadecimal digits, the same for all instances of a cluster. Without it, it is made once and kept in the data directory, or in the database of a cluster.',
    secret: true,
  }),
  access_token_seconds: count(900, 'Life of an access token.', 10, 900),
  refresh_token_days: amount(30, 'Life of a sign-in that is not used.', 0.01, 366),
  password_again_seconds: count(
    600,
    'Age of a sign-in from which making an API token asks for the password again; 0 always asks.',
    0,
    31_622_400,
  ),
  password_min_length: count(12, 'Shortest password accepted.', 8, 256),
  require_password_change: flag(false, 'Refuse everything but a password change while `must_change_password` is set.'),
  login_attempts: count(10, 'Failed sign-ins per user and address until the bucket is empty.', 1, 10_000),
  login_attempts_per_account: count(
    50,
    'Failed sign-ins per user, from all addresses together that the user has not signed in from before.',
    1,
    100_000,
  ),
  login_refill_seconds: amount(30, 'Time until one more attempt is allowed.', 0.1, 86_400),
  invitation_hours: amount(72, 'Life of a link by which somebody chooses a password.', 0.01, 8_784),
  require_second_factor: z
    .enum(['none', 'admins', 'all'])
    .default('none')
    .meta(
      about(
        'Whose sessions may do nothing before a second factor is set up: nobody’s, of those who may manage users, or of all. Accounts of providers and directories have theirs there.',
      ),
    ),
  public_url: text(2_000, 1)
    .refine((address) => /^https?:$/.test(URL.parse(address)?.protocol ?? ''), {
      error: say`must be an address such as https://rota.example.org.`,
    })
    .nullable()
    .default(null)
    .meta(about('Where browsers reach this server, for sign-in with providers. Null: as the request says.')),
  local_sign_in: flag(true, 'Let accounts sign in whose passwords are kept here.'),
  break_glass_user: text(100, 1)
    .nullable()
    .default(null)
    .meta(about('The one account that signs in with its password all the same.')),
  clock_skew_seconds: count(60, 'By how much the clock of a provider may differ.', 0, 600),
  oidc: z
    .array(oidcProvider)
    .max(20)
    .default([])
    .meta(about('OpenID Connect providers; docs/sign-in.md tells their fields. In a variable: as JSON.')),
  ldap: ldapDirectory.prefault({}),
}).superRefine(({ local_sign_in, break_glass_user, oidc, ldap }, context) => {
  const wrong = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
  const ids = oidc.map(({ id }) => id)
  ids.forEach((id, at) => {
    if (ids.indexOf(id) < at) wrong(['oidc', at, 'id'], say`is used twice.`)
  })
  oidc.forEach(({ scopes }, at) => {
    if (!scopes.includes('openid')) wrong(['oidc', at, 'scopes'], say`must hold openid.`)
  })
  if (!isDirectoryGuarded(ldap)) {
    wrong(['ldap', 'url'], say`would send passwords in clear; use ldaps:// or start_tls.`)
  }
  if (!local_sign_in && break_glass_user === null) {
    wrong(
      ['break_glass_user'],
      say`must name an account while local_sign_in is off: it gets in when nothing else does.`,
    )
  }
})

const executions = strict({
  max_programs: count(64, 'Programs (shell, python, script) that run at once on this server.', 1, 100_000),
  max_calls: count(2_000, 'Other executions (http, handlers) that run at once on this server.', 1, 1_000_000),
  history_days: amount(30, 'Age at which executions of tasks are deleted; 0 keeps them.', 0, 36_600),
  history_count: count(1_000, 'Newest executions kept per task; 0 keeps all.'),
  history_keep_last: count(
    10,
    'Newest executions kept per task however old, so that what runs once a year has a history.',
  ),
  job_history_days: amount(7, 'Age at which jobs without a task are deleted; 0 keeps them.', 0, 36_600),
  statistics_days: amount(400, 'Age at which hourly figures are deleted.', 1, 36_600),
  deleted_task_days: amount(30, 'Time within which a deleted task can be restored.', 0, 36_600),
  shutdown_grace_seconds: amount(30, 'Time that running work has to finish when the server stops.', 0, 86_400),
})

/** Null where nothing is said; `otherwise` tells what holds then. */
const defaultsFor = (otherwise: { timeout: string; retry: string; max: string }) => ({
  timeout_seconds: z
    .number()
    .min(0)
    .max(LONGEST_SECONDS)
    .nullable()
    .default(null)
    .meta(about(`Time limit of an attempt; 0: none. Null: ${otherwise.timeout}.`)),
  retry: retryPolicy
    .nullable()
    .default(null)
    .meta(about(`Retry policy, with the fields of a task’s \`retry\`. Null: ${otherwise.retry}.`)),
  max_concurrent: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .default(null)
    .meta(about(`Executions of one task at once. Null: ${otherwise.max}.`)),
})
const defaultsOfType = (usualTimeout: string) =>
  strict(
    defaultsFor({
      timeout: `\`execution.timeout_seconds\`${usualTimeout}`,
      retry: '`execution.retry`',
      max: '`execution.max_concurrent`',
    }),
  ).prefault({})

/** What one task or job takes that says nothing itself. `executions` is about all of them together. */
const execution = strict({
  ...defaultsFor({ timeout: 'none, but 60 for `http`', retry: 'one attempt', max: '1' }),
  types: strict({
    shell: defaultsOfType(''),
    python: defaultsOfType(''),
    script: defaultsOfType(''),
    http: defaultsOfType(', and without that 60'),
    handler: defaultsOfType(''),
  }).prefault({}),
})

const limits = strict({
  global: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .default(null)
    .meta(about('Executions that run at once over all tasks and jobs. Null: no limit.')),
  groups: z
    .record(text(200, 1), z.int().min(1).max(1_000_000))
    .default({})
    .meta(about('Group to the number of its executions that run at once, the groups below it included.')),
})

const approvals = strict({
  expire_hours: amount(168, 'How long a change waits for a second person before it is given up.', 0.01, 8_760),
  max_pending: count(1_000, 'Changes that wait at once; beyond it 409.', 1, 100_000),
  keep_days: amount(90, 'How long decided changes are kept.', 0, 36_600),
})

const limit = (description: string) => z.number().gt(0).nullable().default(null).meta(about(description))

const programs = strict({
  shell: text(4_096, 1).default('/bin/sh').meta(about('Shell of `shell` tasks, called as SHELL -c COMMAND.')),
  python: text(4_096, 1)
    .default('python3')
    .meta(about('Interpreter of `python` tasks: a path, or a name on the PATH.')),
  run_as: text(256)
    .nullable()
    .default(null)
    .meta(about('`USER` or `UID:GID` that programs run as; needs a server that runs as root. Null: the server’s own.')),
  allowed_working_dirs: list('Folders in which programs may run. Empty: any.'),
  allowed_interpreters: list('Interpreters that `script` tasks may use, exactly as written. Empty: any.'),
  cgroup_root: text(4_096, 1)
    .nullable()
    .default(null)
    .meta(
      about(
        'Directory of the version 2 hierarchy below which attempts get cgroups of their own, so that limits hold for all their processes together; delegated to the server, which moves itself to `server` below it. Null: below the server’s own cgroup, mostly without limits.',
      ),
    ),
  max_memory_bytes: limit('Memory of one attempt.'),
  max_processes: limit('Processes of one attempt.'),
  max_cpus: limit('Processors of one attempt; 1.5 is one and a half.'),
  max_cpu_seconds: limit('Processor time of each process.'),
  max_file_bytes: limit('Largest file that a process may write.'),
  max_open_files: limit('Open files of each process.'),
})

const httpTasks = strict({
  allow: list('Hosts, `*.domains`, addresses and networks that HTTP tasks may reach although they are not public.'),
  deny: list('The same, never to be reached. Wins over `allow`.'),
  max_redirects: count(3, 'Redirects followed, each checked again.', 0, 5),
  max_body_bytes: count(1_048_576, 'Bytes of a response that are read.', 1),
})

const handlers = strict({
  module: text(4_096)
    .nullable()
    .default(null)
    .meta(about('Module that exports `handlers`, an object of functions. A relative path counts from this file.')),
  threads: count(0, 'Worker threads that run handlers; 0: one less than the processors.', 0, 1_024),
  calls_per_thread: count(16, 'Calls that share a thread.', 1, 10_000),
})

const log = strict({
  level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .meta(about('Least severe entries that are written.')),
  requests: flag(false, 'Write an entry for every request; otherwise only for failures.'),
})

const database = strict({
  url: secretText('PostgreSQL URL. Without it the embedded store in the data directory is used.'),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, say`must be lower-case letters, digits and underscores.`)
    .default('rota')
    .meta(about('Schema of the tables in PostgreSQL, made when it is missing.')),
  migrate: flag(true, 'Bring the schema up to date at the start. Otherwise `rota migrate` does.'),
  wait_seconds: amount(60, 'How long a start waits for a database that does not answer.', 0, 86_400),
  scheduling_connections: count(6, 'Connections of this server for the scheduler itself, at most.', 2, 100),
  query_connections: count(8, 'Connections of this server for what people ask for, at most.', 2, 100),
})
const cluster = strict({
  lease_seconds: amount(4, 'Silence of an instance after which others take over its work.', 1, 600),
  loop_dead_seconds: amount(
    30,
    'How long the event loop of an instance may stand still before its lease is given up, although its process lives. A thread renews the lease meanwhile.',
    1,
    3_600,
  ),
  poll_seconds: amount(1, 'How soon an instance sees by itself what others did: new work, cancellations.', 0.05, 60),
})
const redis = strict({
  url: secretText(
    'Redis or Valkey URL, for several instances. `rediss:` stands for TLS, the path for the database; ' +
      '`redis+cluster://HOST:PORT,HOST:PORT` for a cluster.',
  ),
  key_prefix: text(100, 1)
    .default('sched:')
    .meta(about('Begins every key and channel, so that several installations can share a server.')),
})

const percent = (fallback: number, description: string) => amount(fallback, description, 0, 100)

const placement = strict({
  strategy: z
    .enum([
      'random',
      'round_robin',
      'least_loaded',
      'weighted_round_robin',
      'power_of_two',
      'resource_based',
      'affinity',
    ])
    .default('random')
    .meta(about('How a node is chosen among those that fit.')),
  load_balance_enabled: flag(true, 'Spread devices over nodes.'),
  max_devices_per_node: count(10, 'Devices that one node may serve.', 1),
})

const nodes = strict({
  heartbeat_seconds: amount(5, 'How often a node is to say how it does.', 0.1, 3_600),
  offline_after_seconds: amount(
    15,
    'Silence after which a node counts as offline; three heartbeats or more, so that one may be lost.',
    0.3,
    7_200,
  ),
  health_check_enabled: flag(true, 'Judge nodes by what they use. Otherwise only by their silence.'),
  cpu_threshold: percent(80, 'Processor use in per cent from which a node counts as degraded; 100: never.'),
  memory_threshold: percent(85, 'The same of its memory.'),
  disk_threshold: percent(90, 'The same of its disk.'),
  gpu_threshold: percent(95, 'The same of its GPUs.'),
  require_gpu: flag(false, 'Refuse nodes without a GPU. A pool may ask for one by itself.'),
  ack_timeout_seconds: amount(5, 'How long an order may wait for its answer before another node is asked.', 0.1, 600),
  quarantine_failures: count(
    3,
    'Placements that a node may fail within a minute before it is left out for a while.',
    1,
    1_000,
  ),
  quarantine_seconds: amount(60, 'How long it is left out.', 1, 86_400),
  quarantine_percent: percent(50, 'Of a pool at most so many per cent are left out at once.'),
  slow_start_seconds: amount(30, 'How long a node that has come takes less than others; 0: not at all.', 0, 3_600),
  pool_prune_minutes: amount(10, 'How long an automatic pool may stand empty.', 0, 525_600),
  load_history_hours: amount(24, 'How long the load of nodes is kept for charts, a sample a minute.', 1, 744),
  event_history_days: amount(30, 'How long events of nodes are kept.', 1, 3_660),
  max_connections: count(12_000, 'Nodes that may be connected to this server at once; beyond it 503.', 1, 1_000_000),
  frames_per_second: count(
    200,
    'Frames that a node may send in a second, on average; who sends more is read more slowly.',
    1,
    100_000,
  ),
  buffer_bytes: count(8_388_608, 'Held for a node that reads too slowly; beyond it the connection ends.', 65_536),
  key_days: amount(30, 'Age at which the key of a node is replaced when it connects; 0: never.', 0, 3_660),
  callback_allow: list('Hosts, `*.domains`, addresses and networks of callback addresses that are not public.'),
}).superRefine(({ heartbeat_seconds, offline_after_seconds }, context) => {
  if (offline_after_seconds >= 2 * heartbeat_seconds) return
  const message = say`must be at least twice heartbeat_seconds, or a node would be offline between two heartbeats.`
  context.addIssue({ code: 'custom', path: ['offline_after_seconds'], message })
})

const autoScaling = strict({
  enabled: flag(false, 'Ask the upstream for more or fewer devices.'),
  scale_up_threshold: percent(80, 'Allocation rate above which more are asked for.'),
  scale_down_threshold: percent(30, 'Allocation rate below which some are given back.'),
})

const audit = strict({
  checkpoint_seconds: count(
    3_600,
    'How often a signed checkpoint of the audit is written, where there is anything new.',
    10,
    86_400,
  ),
  checkpoint_file: text(4_096)
    .nullable()
    .default(null)
    .meta(
      about('File of the checkpoints; default: `audit-checkpoints.ndjson` in the data directory. Keep it elsewhere.'),
    ),
  keep_days: count(0, 'Days that entries are kept, up to a checkpoint; 0: for ever.', 0, 36_500),
})

/** Everything that can be set, with defaults. Keys are those of `rota.yaml`; `ROTA_<SECTION>_<KEY>` overrides each. */
export const config = strict({
  data_dir: text(4_096, 1).default('./data').meta(about('Folder of the embedded store, keys and logs.')),
  host: text(255, 1).default('127.0.0.1').meta(about('Address to listen on.')),
  port: count(7_070, 'Port to listen on; 0 takes a free one.', 0, 65_535),
  timezone: text(100, 1).default('UTC').meta(about('Zone of tasks that name none.')),
  environment: text(100).default('production').meta(about('A name shown by /health, for example staging.')),
  examples: flag(true, 'Make the examples group on the very first start.'),
  http: http.prefault({}),
  auth: auth.prefault({}),
  audit: audit.prefault({}),
  execution: execution.prefault({}),
  executions: executions.prefault({}),
  limits: limits.prefault({}),
  approvals: approvals.prefault({}),
  programs: programs.prefault({}),
  http_tasks: httpTasks.prefault({}),
  handlers: handlers.prefault({}),
  log: log.prefault({}),
  database: database.prefault({}),
  cluster: cluster.prefault({}),
  redis: redis.prefault({}),
  secrets: secretsConfig.prefault({}),
  nodes: nodes.prefault({}),
})

/**
 * Settings of a release to come, which do nothing yet: whoever sets one is told so at the start. Their defaults are
 * shown under the flat names by which other systems look for them.
 */
export const upcomingConfig = strict({
  placement: placement.prefault({}),
  auto_scaling: autoScaling.prefault({}),
})

export type Config = z.output<typeof config>
