import type { OptionSpec } from '../spec.ts'

/** What to run. */
const PAYLOAD: readonly OptionSpec[] = [
  { flags: '--shell <command>', description: 'run a shell command or a multi-line script' },
  { flags: '--python <file>', description: 'run the Python source in a file (- for stdin)' },
  { flags: '--script <file>', description: 'run the script in a file by its shebang line (- for stdin)' },
  { flags: '--interpreter <path>', description: 'with --script: what runs it, instead of the shebang line' },
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
  { flags: '--at-start', description: 'once whenever the server starts' },
  { flags: '--at-boot', description: 'once per boot of the machine, as cron’s @reboot' },
  { flags: '--tz <zone>', description: 'IANA time zone of the schedule (default: the server’s)' },
]

/** How to run it. */
const MANNER: readonly OptionSpec[] = [
  { flags: '--description <text>', description: 'what it is for' },
  { flags: '--group <name>', description: 'group it belongs to' },
  { flags: '--tag <tag>', description: 'a tag; may be repeated', many: true },
  { flags: '--env <NAME=value>', description: 'an environment variable; may be repeated', many: true },
  { flags: '--dir <path>', description: 'working directory' },
  { flags: '--run-as <user>', description: 'operating-system user to run as' },
  { flags: '--detach', description: 'leave alone what the command leaves running in the background, as cron does' },
  { flags: '--encoding <name>', description: 'encoding of what it prints, e.g. gbk (default UTF-8)' },
  { flags: '--timeout <duration>', description: 'stop it after this time: 90, 15m, 2h' },
  { flags: '--retry <n>', description: 'try again up to n times after a failure' },
  { flags: '--retry-delay <duration>', description: 'with --retry: wait this long before the next attempt' },
  { flags: '--backoff <kind>', description: 'with --retry: how the wait grows', choices: ['fixed', 'exponential'] },
  {
    flags: '--overlap <policy>',
    description: 'when it is due while it still runs',
    choices: ['skip', 'queue', 'replace', 'allow'],
  },
  { flags: '--key <name>', description: 'concurrency key: tasks with the same key do not run at the same time' },
  {
    flags: '--misfire <policy>',
    description: 'when it could not start in time',
    choices: ['skip', 'run_once', 'run_all'],
  },
  { flags: '--grace <duration>', description: 'how late still counts as in time' },
  { flags: '--jitter <duration>', description: 'spread starts over this time, the same way every time' },
  { flags: '--priority <n>', description: 'higher goes first (default 0)' },
  { flags: '--start-at <instant>', description: 'not before this instant' },
  { flags: '--end-at <instant>', description: 'not after this instant' },
  { flags: '--max-runs <n>', description: 'finished after so many runs' },
  { flags: '--set <path=value>', description: 'any other field, e.g. retry.jitter=0.2; may be repeated', many: true },
]

/** Everything that `task create` and `task edit` can say by flags. */
export const TASK_FLAGS: readonly OptionSpec[] = [...PAYLOAD, ...SCHEDULE, ...MANNER]
