import type { CommandSpec } from '../spec.ts'

export const NEXT: CommandSpec = {
  name: 'next',
  summary: 'print when a schedule is due; works without a server',
  description:
    'EXPR is a cron expression (5 fields, 6 with seconds, @daily) or a rule as JSON. An instant without Z or offset is wall clock of the zone. With --json: a list of instants in UTC.',
  args: [['<expr>', 'cron expression, or JSON such as \'{"type":"daily","time":"02:00"}\'']],
  options: [
    {
      flags: '--tz <zone>',
      description: 'IANA time zone (default: that of TZ, else the server’s, else this machine’s)',
    },
    { flags: '--from <instant>', description: 'from this instant on, inclusive (default: now)' },
    { flags: '--to <instant>', description: 'up to this instant, exclusive' },
    { flags: '-n, --count <n>', description: 'how many (default 10; with --to all, at most 1000)' },
    { flags: '--limit <n>', description: 'how many (default 10; with --to all, at most 1000)', hidden: true },
    {
      flags: '--gap <policy>',
      description: 'a fixed time that the clocks skip (default run_after)',
      choices: ['run_after', 'skip', 'shift'],
    },
    {
      flags: '--overlap <policy>',
      description: 'a fixed time that comes twice (default first)',
      choices: ['first', 'second', 'both'],
    },
    { flags: '--name <task>', description: 'name of the task: H and ~ are drawn from it' },
    {
      flags: '--key <text>',
      description: 'what H and ~ are drawn from, where it is not the name (hash_key of a task)',
    },
    {
      flags: '--dialect <dialect>',
      description: 'whose rules the expression is read by (default rota)',
      choices: ['rota', 'quartz'],
    },
  ],
  examples: [
    ["rota next '30 2 * * *' --tz Europe/Berlin --from 2026-03-28 -n 3", 'over a change of the clocks'],
    ["rota next '0 9 LW * *' --tz Asia/Shanghai --lang zh", '用中文说明'],
    ["rota next '0 0 29 2 1' --tz UTC --json", 'for a program'],
    ["rota next '0 0 12 ? * 2-6' --dialect quartz", 'as Quartz reads it: Monday to Friday'],
  ],
  load: async () => (await import('../commands/next.ts')).next,
}

export const UPCOMING: CommandSpec = {
  name: 'upcoming',
  summary: 'list what is due next, over all tasks',
  options: [
    { flags: '--task <task>', description: 'only this task' },
    { flags: '--within <duration>', description: 'only so far ahead: 1h, 2d' },
    { flags: '-n, --limit <n>', description: 'rows (default 20, at most 1000)' },
  ],
  examples: [['rota upcoming --within 1h', 'the coming hour']],
  load: async () => (await import('../commands/upcoming.ts')).upcoming,
}

export const LEDGER: CommandSpec = {
  name: 'ledger',
  summary: 'list due instants and what became of each',
  args: [['[task]', 'only this task']],
  options: [
    {
      flags: '--answer <answer>',
      description: 'only with this answer',
      choices: ['pending', 'running', 'ran', 'late', 'skipped', 'merged', 'missed'],
    },
    { flags: '--from <instant>', description: 'due from this instant or day on' },
    { flags: '--to <instant>', description: 'due before this instant or day' },
    { flags: '-n, --limit <n>', description: 'rows (default 30, at most 1000)' },
    { flags: '--all', description: 'all rows; with --json one entry per line' },
  ],
  examples: [['rota ledger backup --answer skipped', 'when it did not run, and why']],
  load: async () => (await import('../commands/ledger.ts')).ledger,
}

export const STATS: CommandSpec = {
  name: 'stats',
  summary: 'success rate, durations and lateness, over all or for one task',
  args: [['[task]', 'only this task']],
  options: [
    { flags: '--from <day>', description: 'from this day or instant on' },
    { flags: '--to <day>', description: 'up to this day (included) or instant' },
    {
      flags: '-n, --limit <n>',
      description: 'tasks in each list of the slowest and most failing (default 5, at most 100)',
    },
  ],
  examples: [
    ['rota stats', 'totals, and the slowest and most failing tasks'],
    ['rota stats backup --from 2026-11-01', 'one task since a day'],
  ],
  load: async () => (await import('../commands/stats.ts')).stats,
}
