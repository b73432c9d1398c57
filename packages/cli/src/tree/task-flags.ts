import { optionOf, optionsExcept } from '../document/field-flags.ts'
import type { OptionSpec } from '../spec.ts'

/** What to run. */
const PAYLOAD: readonly OptionSpec[] = [
  { flags: '--shell <command>', description: 'run a shell command or a multi-line script' },
  { flags: '--python <file>', description: 'run the Python source in a file (- for stdin)' },
  { flags: '--script <file>', description: 'run the script in a file by its shebang line (- for stdin)' },
  optionOf('interpreter'),
  { flags: '--http <url>', description: 'call a URL' },
  { flags: '--method <method>', description: 'with --http: the method (default GET, or POST with --body)' },
  { flags: '--header <name: value>', description: 'with --http: a header; may be repeated', many: true },
  { flags: '--body <text>', description: 'with --http: the request body' },
  { flags: '--expect <status>', description: 'with --http: statuses that count as success, e.g. 2xx or 200,204' },
  { flags: '--handler <name>', description: 'call a function registered on the server' },
  { flags: '--arg <json>', description: 'an argument, JSON or text; may be repeated', many: true },
  { flags: '--kwarg <name=json>', description: 'a named argument, JSON or text; may be repeated', many: true },
]

/** When to run it. */
const SCHEDULE: readonly OptionSpec[] = [
  {
    flags: '--cron <expression>',
    description: 'cron expression, 5 or 6 fields or @daily; may be repeated',
    many: true,
  },
  {
    flags: '--dialect <dialect>',
    description: 'with --cron: whose rules it is read by (default rota)',
    choices: ['rota', 'quartz'],
  },
  { flags: '--every <duration>', description: 'every so often, real elapsed time: 30s, 15m, 2h, 1d' },
  { flags: '--daily <times>', description: 'every day at these times: 02:00 or 08:00,20:00' },
  { flags: '--weekly <days>', description: 'on these weekdays: mon,fri (with --at)' },
  { flags: '--monthly <days>', description: 'on these days of the month: 1,15,last (with --at)' },
  { flags: '--at <times>', description: 'with --weekly or --monthly: the times (default 00:00)' },
  {
    flags: '--once <instant>',
    description: 'once, at an ISO instant; without Z or offset it is wall clock of the zone',
  },
  { flags: '--manual', description: 'on no schedule, only by hand' },
  optionOf('run_at_start'),
  optionOf('run_at_boot'),
  optionOf('timezone'),
]

/** What the table of a task's fields has flags for, by sections; a field of no other section is of how it runs. */
const WINDOW = ['start_at', 'end_at', 'max_runs', 'jitter_seconds'] as const
const ABOUT = ['description', 'group', 'tags'] as const
const LIMITS = [
  ...(['timeout_seconds', 'concurrency.overlap', 'priority'] as const),
  ...(['limits.memory_bytes', 'limits.processes', 'limits.open_files'] as const),
]
const RETRY = ['retry.delay_seconds', 'retry.backoff'] as const
const LATE = ['misfire.policy', 'misfire.grace_seconds'] as const
const WHAT_OR_WHEN = ['interpreter', 'run_at_start', 'run_at_boot', 'timezone'] as const

const KEY: OptionSpec = {
  flags: '--key <name>',
  description: 'concurrency key: tasks with the same key do not run at the same time',
}
const RETRIES: OptionSpec = { flags: '--retry <n>', description: 'try again up to n times after a failure' }
const ANY_FIELD: OptionSpec = {
  flags: '--set <path=value>',
  description: 'any other field, e.g. retry.jitter=0.2; may be repeated',
  many: true,
}

/** Everything that `task create` and `task edit` can say by flags; `naming` are their own ways to name it. */
export function taskFlags(naming: readonly OptionSpec[]): readonly OptionSpec[] {
  const how = optionsExcept([...WINDOW, ...ABOUT, ...LIMITS, ...RETRY, ...LATE, ...WHAT_OR_WHEN])
  return [
    ...section('What it is:', [...naming, ...ABOUT.map(optionOf)]),
    ...section('What it runs:', PAYLOAD),
    ...section('When:', [...SCHEDULE, ...WINDOW.map(optionOf)]),
    ...section('Where and how:', how),
    ...section('Limits:', [...LIMITS.map(optionOf), KEY]),
    ...section('When it fails or is late:', [RETRIES, ...RETRY.map(optionOf), ...LATE.map(optionOf)]),
    ...section('Anything else:', [ANY_FIELD]),
  ]
}

function section(heading: string, options: readonly OptionSpec[]): OptionSpec[] {
  return options.map((option) => ({ ...option, section: heading }))
}
