import { FAILURES } from '@rota/core'
import type { CommandSpec, OptionSpec } from '../spec.ts'

const ONE = [['<id>', 'id of an execution, or the last 6 or more characters of a recent one']] as const
const SEVERAL = [['<id...>', ONE[0][1]]] as const

/** `-n` is how many, in every list and every log. */
export const TAIL: readonly OptionSpec[] = [
  { flags: '-n, --tail <n>', description: 'only the last n lines' },
  { flags: '--limit <n>', description: 'only the last n lines', hidden: true },
]

const LOG_OPTIONS: readonly OptionSpec[] = [
  { flags: '-f, --follow', description: 'go on until the execution ends; takes up a broken connection again' },
  ...TAIL,
  { flags: '--stream <stream>', description: 'only this stream', choices: ['stdout', 'stderr', 'system'] },
  { flags: '--grep <text>', description: 'only lines with this text, without regard to case' },
  { flags: '-t, --timestamps', description: 'the instant before each line' },
]

export const LOGS: CommandSpec = {
  name: 'logs',
  summary: 'show the log of an execution, or of a task’s latest one',
  description: 'Lines of stdout go to stdout, those of stderr to stderr. With --json one line of JSON each.',
  args: [['<id|task>', 'execution or task']],
  options: LOG_OPTIONS,
  examples: [
    ['rota logs -f backup', 'watch what the task is doing'],
    ['rota logs backup --stream stderr -n 20', 'the end of its error output'],
    ['rota logs backup --json | jq -r \'select(.level == "error").message\'', 'the same, by machine'],
  ],
  load: async () => (await import('../commands/logs.ts')).logs,
}

const SORTS = ['scheduled_at', 'status', 'task_name', 'lateness', 'duration', 'trigger', 'attempt']

export const EXECUTION: CommandSpec = {
  name: 'execution',
  summary: 'executions: single runs',
  commands: [
    {
      name: 'list',
      summary: 'list executions, newest first',
      args: [['[text]', 'only with this in the name of the task or the error, or with an id that begins so']],
      options: [
        { flags: '--task <task>', description: 'only of this task' },
        { flags: '--group <name>', description: 'only of this group and those below it; =NAME: of the group alone' },
        {
          flags: '--status <status>',
          description: 'only in this state; may be repeated',
          choices: ['pending', 'running', 'success', 'failed', 'cancelled', 'skipped'],
          many: true,
        },
        {
          flags: '--failure <kind>',
          description: 'only failed in this way',
          choices: FAILURES,
        },
        {
          flags: '--trigger <trigger>',
          description: 'only started by this',
          choices: ['schedule', 'manual', 'api', 'dependency', 'retry', 'backfill', 'webhook'],
        },
        { flags: '--node <id>', description: 'only on this node' },
        { flags: '--from <instant>', description: 'due from this instant or day on' },
        { flags: '--to <instant>', description: 'due before this instant or day' },
        {
          flags: '--finished-from <instant>',
          description: 'ended from this instant or day on; with --task, --from, --failure or a --status but success',
        },
        { flags: '--finished-to <instant>', description: 'ended before this instant or day; likewise' },
        {
          flags: '--late <time>',
          description:
            'only occurrences that started later than so after they were due: 5s, or compared: ">=1m", "<1h"',
        },
        {
          flags: '--sort <field>',
          description: 'order (default the latest due first); - before it turns it round',
          choices: SORTS.flatMap((field) => [field, `-${field}`]),
        },
        { flags: '-n, --limit <n>', description: 'rows (default 20, at most 1000)' },
        { flags: '--all', description: 'all rows; with --json one execution per line' },
      ],
      examples: [
        ['rota execution list --status running', 'what runs now'],
        ['rota execution list --status failed --from 2026-12-01 --json', 'failures since a day'],
        ['rota execution list --late 5s --sort -lateness', 'what started late, the longest delay first'],
        ['rota execution list "disk full"', 'whose error says so'],
      ],
      load: async () => (await import('../commands/execution-list.ts')).executionList,
    },
    {
      name: 'show',
      summary: 'show an execution and the end of its output',
      args: ONE,
      examples: [['rota execution show 5d81a3c0', 'by the end of its id']],
      load: async () => (await import('../commands/execution-show.ts')).executionShow,
    },
    {
      name: 'cancel',
      summary: 'cancel executions',
      args: SEVERAL,
      examples: [['rota execution cancel 5d81a3c0', 'SIGTERM to its process tree, then SIGKILL']],
      load: async () => (await import('../commands/execution-change.ts')).executionCancel,
    },
    {
      name: 'rerun',
      summary: 'run again with the same parameters',
      args: ONE,
      options: [
        { flags: '-f, --follow', description: 'show its log; end with the exit code of what ran' },
        { flags: '-w, --wait', description: 'wait for the end without the log; exit code likewise' },
      ],
      examples: [['rota execution rerun 5d81a3c0 --follow', 'and watch']],
      load: async () => (await import('../commands/execution-change.ts')).executionRerun,
    },
    {
      name: 'explain',
      summary: 'say why an execution waits, was skipped, was late or failed',
      args: [['<id|task>', 'execution, or a task for the latest that was due']],
      examples: [
        ['rota execution explain 5d81a3c0', 'in plain words'],
        ['rota execution explain backup', 'why it did not run, and what mends it'],
      ],
      load: async () => (await import('../commands/explain.ts')).executionExplain,
    },
  ],
}
