import {
  choice,
  either,
  type Field,
  flag,
  instant,
  json,
  list,
  type MembersIn,
  map,
  members,
  number,
  object,
  openMembers,
  rule,
  text,
  whole,
} from './field.ts'
import type { HttpPayload } from './http-payload.ts'
import { targetField } from './target-field.ts'

const NAME = 200
const LONGEST_SECONDS = 366 * 86_400
const SOURCE = 1_000_000
const MANY = 1_000_000
const LARGEST = 1_000_000_000
const LARGEST_BYTES = 2 ** 50
const STATUSES = [100, 599] as const
const CAUSES = ['exit_code', 'timeout', 'lost', 'assertion', 'error', 'dispatch'] as const

/**
 * Every field of a task that a person may write, in the order in which people read a task. What a task may be (its
 * checks, its types, the API's schemas and documentation, the editor's defaults, the command's flags, what a document
 * leaves out) is made from these rows; rules that a row cannot say stand in `task-rules.ts`.
 */
export const TASK_FIELDS = {
  name: text(NAME, { least: 1, form: 'name', isRequired: true, isAlwaysShown: true }),
  description: text(10_000, { usual: '', flag: '--description <text>', help: 'what it is for' }),
  group: text(NAME, { usual: null, form: 'group', flag: '--group <name>', help: 'group it belongs to' }),
  tags: list(text(100, { least: 1, form: 'tag' }), 50, {
    usual: [],
    flag: '--tag <tag>',
    help: 'a tag; may be repeated',
  }),
  type: text(100, {
    least: 1,
    isRequired: true,
    isAlwaysShown: true,
    about: '`shell`, `python`, `script`, `http`, `handler` or a plug-in type.',
  }),
  command: text(SOURCE, { payloadOf: ['shell'], about: 'Type `shell`.' }),
  source: text(SOURCE, { payloadOf: ['python', 'script'], about: 'Types `python` and `script`.' }),
  interpreter: text(1_000, {
    payloadOf: ['script'],
    about: 'Type `script`; without it the shebang line decides.',
    flag: '--interpreter <path>',
    help: 'with --script: what runs it, instead of the shebang line',
  }),
  handler: text(NAME, { payloadOf: ['handler'], about: 'Type `handler`: the registered name.' }),
  /** Known members; the executor checks them, further ones are its own to judge. */
  http: openMembers<HttpPayload>(
    {
      method: text(20),
      url: text(8_000, { isRequired: true }),
      headers: map({ names: text(NAME), values: text(SOURCE) }),
      query: map({ names: text(NAME), values: text(SOURCE) }),
      body: text(SOURCE),
      auth: openMembers({ type: text(50, { isRequired: true }) }),
      expect_status: either(text(100), whole(STATUSES), list(either(text(100), whole(STATUSES)), 100)),
    },
    { payloadOf: ['http'], schema: 'HttpPayload', about: 'Type `http`.' },
  ),
  /** Payload of a plug-in type, and the stored form of the five fields above. */
  payload: object({ payloadOf: [], about: 'Plug-in types.' }),
  params: members(
    { args: list(json(), 1_000, { usual: [] }), kwargs: object({ usual: {} }) },
    { schema: 'Params', about: 'Arguments handed to the command, script or handler.' },
  ),
  env: map(
    { names: text(NAME, { form: 'variable' }), values: text(SOURCE), most: 200 },
    {
      usual: {},
      about: 'At most 131,072 characters, names and values together.',
      flag: '--env <NAME=value>',
      help: 'an environment variable; may be repeated',
    },
  ),
  working_dir: text(4_096, { usual: null, flag: '--dir <path>', help: 'working directory' }),
  run_as: text(256, { usual: null, flag: '--run-as <user>', help: 'operating-system user to run as' }),
  detach: flag({
    usual: false,
    about:
      'Programs: what the command leaves running in the background when it has ended is left alone, as cron does. Otherwise it is ended too.',
    flag: '--detach',
    help: 'leave alone what the command leaves running in the background, as cron does',
  }),
  encoding: text(40, {
    least: 1,
    usual: null,
    form: 'encoding',
    about: 'Encoding of the output, e.g. `gbk`, `latin1`. Null: UTF-8; for HTTP what the reply says.',
    example: 'gbk',
    flag: '--encoding <name>',
    help: 'encoding of what it prints, e.g. gbk (default UTF-8)',
  }),
  target: targetField,
  schedule: rule({ isAlwaysShown: true }),
  schedules: list(members({ schedule: rule({ isRequired: true }), timezone: text(100, { usual: null }) }), 50, {
    about: 'Further schedules beside `schedule`.',
  }),
  timezone: text(100, {
    isAlwaysShown: true,
    about: 'IANA name; default: the server’s.',
    flag: '--tz <zone>',
    help: 'IANA time zone of the schedule (default: the server’s)',
  }),
  hash_key: text(NAME, {
    usual: null,
    form: 'key',
    about: 'What `H` and `~` are drawn from; without one the name the task has when they come in.',
  }),
  dst: members(
    {
      gap: choice(['run_after', 'skip', 'shift'], { usual: 'run_after' }),
      overlap: choice(['first', 'second', 'both'], { usual: 'first' }),
    },
    {
      isPolicy: true,
      schema: 'DstPolicy',
      about: 'What becomes of fixed wall times that do not exist or exist twice.',
    },
  ),
  start_at: instant({ usual: null, flag: '--start-at <instant>', help: 'not before this instant' }),
  end_at: instant({ usual: null, flag: '--end-at <instant>', help: 'not after this instant' }),
  max_runs: whole([1, LARGEST], { usual: null, flag: '--max-runs <n>', help: 'finished after so many runs' }),
  jitter_seconds: number([0, 86_400], {
    usual: 0,
    flag: '--jitter <duration>',
    help: 'spread starts over this time, the same way every time',
  }),
  timeout_seconds: number([0, LONGEST_SECONDS], {
    isAbove: true,
    usual: null,
    about: 'Null, as usual: the default of the type, `execution.timeout_seconds` of the configuration.',
    flag: '--timeout <duration>',
    help: 'stop it after this time: 90, 15m, 2h',
  }),
  kill_grace_seconds: number([0, 3_600], { usual: 10 }),
  limits: members(
    {
      memory_bytes: whole([1_048_576, LARGEST_BYTES], {
        usual: null,
        about: 'Of all its processes together where a cgroup can hold them, else of each.',
        flag: '--memory <bytes>',
        help: 'memory it may take, in bytes',
      }),
      cpus: number([0.01, 4_096], {
        usual: null,
        about: 'Processors, 1.5 is one and a half; needs a cgroup.',
      }),
      processes: whole([1, MANY], {
        usual: null,
        about: 'Of all its processes and threads where a cgroup can hold them, else of all that its user has.',
        flag: '--processes <n>',
        help: 'processes it may have at once',
      }),
      open_files: whole([8, MANY], {
        usual: null,
        about: 'Of each process.',
        flag: '--open-files <n>',
        help: 'files each of its processes may have open',
      }),
    },
    {
      usual: null,
      isPolicy: true,
      schema: 'AttemptLimits',
      about: 'What an attempt may use at most. Where the server sets a limit, too, the lower of both holds.',
    },
  ),
  retry: members(
    {
      max_attempts: whole([1, 1_000], { usual: 1, isAlwaysShown: true, about: 'In all, the first included.' }),
      delay_seconds: number([0, LONGEST_SECONDS], {
        usual: 60,
        flag: '--retry-delay <duration>',
        help: 'with --retry: wait this long before the next attempt',
      }),
      backoff: choice(['fixed', 'exponential'], {
        usual: 'fixed',
        flag: '--backoff <kind>',
        help: 'with --retry: how the wait grows',
      }),
      max_delay_seconds: number([0, LONGEST_SECONDS], { usual: 3_600 }),
      jitter: number([0, 1], { usual: 0, about: 'Share of the delay that is added or taken away at random.' }),
      on: list(choice(CAUSES), CAUSES.length, { usual: CAUSES, about: 'Which ends of an attempt are tried again.' }),
      exit_codes: list(whole([0, 255]), 256, { usual: null, about: 'Only these are tried again; null for any.' }),
    },
    {
      usual: null,
      isPolicy: true,
      schema: 'RetryPolicy',
      about:
        'Null, as usual: the default of the type, `execution.retry` of the configuration. What a policy leaves out is as in its schema; one attempt is no retry.',
    },
  ),
  misfire: members(
    {
      policy: choice(['run_once', 'run_all', 'skip'], {
        usual: 'run_once',
        flag: '--misfire <policy>',
        help: 'when it could not start in time',
      }),
      grace_seconds: number([0, LONGEST_SECONDS], {
        usual: 60,
        flag: '--grace <duration>',
        help: 'how late still counts as in time',
      }),
      max: whole([1, 10_000], { usual: 100 }),
      spread_seconds: number([0, 86_400], { usual: 0 }),
    },
    { isPolicy: true, schema: 'MisfireSettings' },
  ),
  concurrency: members(
    {
      max: whole([1, MANY], {
        usual: null,
        about: 'Null, as usual: the default of the type, `execution.max_concurrent` of the configuration.',
      }),
      overlap: choice(['skip', 'queue', 'replace', 'allow'], {
        usual: 'skip',
        flag: '--overlap <policy>',
        help: 'when it is due while it still runs',
      }),
      key: text(NAME, { usual: null, form: 'limit', about: 'Name of a limit shared by any tasks.' }),
      key_max: whole([1, MANY], { usual: 1, about: '1 makes the key a mutex.' }),
    },
    { isPolicy: true, schema: 'ConcurrencyPolicy' },
  ),
  priority: whole([-MANY, MANY], {
    usual: 0,
    about: 'Higher first, default 0.',
    flag: '--priority <n>',
    help: 'higher goes first (default 0)',
  }),
  max_log_bytes: whole([4_096, 1024 ** 3], { usual: 10 * 1024 ** 2 }),
  enabled: flag({ usual: true }),
  run_at_start: flag({
    usual: false,
    about: 'Also run whenever the server starts.',
    flag: '--at-start',
    help: 'once whenever the server starts',
  }),
  run_at_boot: flag({
    usual: false,
    about: 'Also run at the first start of the server since the machine was booted.',
    flag: '--at-boot',
    help: 'once per boot of the machine, as cron’s @reboot',
  }),
  origin: text(5_000, { usual: null, about: 'Set by importers, which find their tasks by it again.' }),
  retention: members(
    { days: number([0, 36_500], { usual: null }), count: whole([0, LARGEST], { usual: null }) },
    { isPolicy: true },
  ),
} as const

export type TaskFields = typeof TASK_FIELDS
export type TaskFieldName = keyof TaskFields
/** A task as it is written. */
export type WrittenTask = MembersIn<TaskFields>

/** What Rota says of a task that is read, and no document may. */
export const TASK_SET_BY_SERVER = [
  'id',
  'version',
  'status',
  'effective',
  'words',
  'next_run',
  'next_due',
  'last_run',
  'last_status',
  'last_execution_id',
  'run_count',
  'tenant_id',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'deleted_at',
  'paused_at',
  'schedule_rule',
] as const

type NamesWhere<Row> = { [K in TaskFieldName]: TaskFields[K] extends Row ? K : never }[TaskFieldName]
const namesWhere = (is: (field: Field) => boolean) =>
  Object.entries(TASK_FIELDS).flatMap(([name, field]) => (is(field) ? [name] : []))

/** Fields of the payload, of whatever type. */
export type PayloadField = NamesWhere<{ payloadOf: readonly string[] }>
export const PAYLOAD_FIELDS = namesWhere((field) => field.payloadOf !== undefined) as PayloadField[]

/** Objects over which a change is laid member by member. */
export const TASK_POLICIES = namesWhere((field) => field.isPolicy === true) as NamesWhere<{ isPolicy: true }>[]

/** Payload fields that stand at the top of a document, by the type that reads them; other types read `payload`. */
export const PAYLOAD_OF: ReadonlyMap<string, readonly PayloadField[]> = new Map(
  [...new Set(PAYLOAD_FIELDS.flatMap(typesOf))].map((type) => [
    type,
    PAYLOAD_FIELDS.filter((field) => typesOf(field).includes(type)),
  ]),
)

/** The types that read a field of the payload; none where it is that of plug-in types. */
export function typesOf(field: PayloadField): readonly string[] {
  return TASK_FIELDS[field].payloadOf
}
