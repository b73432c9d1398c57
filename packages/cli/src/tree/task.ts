import type { CommandSpec } from '../spec.ts'
import { TAIL } from './execution.ts'
import { taskFlags } from './task-flags.ts'

const TASKS = [['<task...>', 'names, ids, or beginnings of names that fit only one']] as const
const ONE_TASK = [['<task>', 'name, id, or a beginning of a name that fits only one']] as const

/** Commands that apply one action to each task named, or to all of a group. */
function change(
  name: string,
  summary: string,
  more: Partial<CommandSpec> & Pick<CommandSpec, 'examples'>,
): CommandSpec {
  return {
    name,
    summary,
    args: [['[task...]', TASKS[0][1]]],
    load: async () => (await import('../commands/task-change.ts')).taskChange(name),
    ...more,
    options: [
      { flags: '--group <name>', description: 'all tasks of a group and of those below it; =NAME: of the group alone' },
      { flags: '--tag <tag>', description: 'all tasks with a tag' },
      ...(more.options ?? []),
    ],
  }
}

const SORTS = [
  'name',
  'group',
  'type',
  'status',
  'created_at',
  'updated_at',
  'next_run',
  'last_run',
  'run_count',
  'tags',
]

const LIST: CommandSpec = {
  name: 'list',
  summary: 'list tasks',
  args: [['[text]', 'only tasks with this in name or description']],
  options: [
    { flags: '--group <name>', description: 'only this group and those below it; =NAME: the group alone' },
    { flags: '--tag <tag>', description: 'only with this tag' },
    { flags: '--type <type>', description: 'only this type: shell, python, script, http, handler' },
    {
      flags: '--status <status>',
      description: 'only in this state',
      choices: ['active', 'disabled', 'paused', 'finished', 'deleted'],
    },
    {
      flags: '--sort <field>',
      description: 'order (default name); - before it turns it round',
      choices: SORTS.flatMap((field) => [field, `-${field}`]),
    },
    { flags: '-n, --limit <n>', description: 'rows (default 50, at most 1000)' },
    { flags: '--page <n>', description: 'page, from 1' },
    { flags: '--all', description: 'all rows; with --json one task per line' },
    { flags: '--wide', description: 'also ids, tags and zones' },
  ],
  examples: [
    ['rota task list --group backup --sort next_run', 'what the group does next'],
    ['rota task list --all --json | jq -r \'select(.last_status == "failed").name\'', 'names of what failed last'],
  ],
  load: async () => (await import('../commands/task-list.ts')).taskList,
}

const SHOW: CommandSpec = {
  name: 'show',
  summary: 'show a task: what, when, how, and how it went',
  args: ONE_TASK,
  examples: [['rota task show nightly', 'everything about the task nightly']],
  load: async () => (await import('../commands/task-show.ts')).taskShow,
}

const CREATE: CommandSpec = {
  name: 'create',
  summary: 'make a task from flags or from a file',
  description: 'Flags go over what the file says. A file may hold one task, a list, or several YAML documents.',
  args: [['[name]', 'its name']],
  options: [
    ...taskFlags([
      { flags: '--name <name>', description: 'its name, instead of the argument' },
      { flags: '-f, --file <file>', description: 'YAML or JSON (- for stdin)' },
    ]),
    { flags: '--disabled', description: 'make it, but do not schedule it yet' },
    { flags: '--dry-run', description: 'check it and show when it would run, save nothing' },
    { flags: '--idempotency-key <key>', description: 'repeating the command with the same key makes no second task' },
  ],
  examples: [
    [
      "rota task create backup --shell '/usr/bin/backup.sh --all' --daily 02:00 --tz Europe/Berlin --timeout 2h",
      'daily',
    ],
    ['rota task create ping --http https://example.org/health --every 1m --retry 2', 'every minute, tried three times'],
    ['rota task create report --python report.py --weekly mon,fri --at 07:30 --arg \'"all"\'', 'a Python file'],
    ['rota task create -f tasks.yaml', 'all tasks of a file'],
    ['rota task export backup | ssh other rota task create -f -', 'carry a task to another server'],
  ],
  load: async () => (await import('../commands/task-create.ts')).taskCreate,
}

const EDIT: CommandSpec = {
  name: 'edit',
  summary: 'change a task in $EDITOR, or by flags',
  description:
    'Without flags the task opens as YAML in $VISUAL or $EDITOR. If somebody else changed it meanwhile, nothing is overwritten.',
  args: ONE_TASK,
  options: [
    ...taskFlags([
      { flags: '--name <name>', description: 'rename it' },
      { flags: '-f, --file <file>', description: 'fields from a YAML or JSON file (- for stdin)' },
    ]),
    { flags: '--if-version <n>', description: 'only if it still has this version' },
  ],
  examples: [
    ['rota task edit backup', 'in the editor'],
    ["rota task edit backup --cron '30 1 * * *' --timeout 3h", 'another time, a longer limit'],
    ['rota task edit backup --set retry.max_attempts=5 --set tags=[db,nightly]', 'fields by their path'],
  ],
  load: async () => (await import('../commands/task-edit.ts')).taskEdit,
}

const RUN: CommandSpec = {
  name: 'run',
  summary: 'run a task now',
  args: ONE_TASK,
  options: [
    { flags: '-f, --follow', description: 'show its log; end with the exit code of what ran' },
    { flags: '-w, --wait', description: 'wait for the end without the log; exit code likewise' },
    { flags: '--arg <json>', description: 'an argument instead of the task’s; may be repeated', many: true },
    { flags: '--kwarg <name=json>', description: 'a named argument; may be repeated', many: true },
    { flags: '--env <NAME=value>', description: 'an environment variable; may be repeated', many: true },
    { flags: '--priority <n>', description: 'priority of this execution' },
    { flags: '--idempotency-key <key>', description: 'repeating the command with the same key starts no second run' },
  ],
  examples: [
    ['rota task run backup', 'start it and print the execution’s id'],
    ['rota task run backup --follow && echo done', 'go on only when it succeeded'],
  ],
  load: async () => (await import('../commands/task-run.ts')).taskRun,
}

const HISTORY: CommandSpec = {
  name: 'history',
  summary: 'list a task’s executions, newest first',
  args: ONE_TASK,
  options: [
    { flags: '--status <status>', description: 'only in this state; may be repeated', many: true },
    { flags: '--from <instant>', description: 'due from this instant or day on' },
    { flags: '--to <instant>', description: 'due before this instant or day' },
    { flags: '-n, --limit <n>', description: 'rows (default 20, at most 1000)' },
  ],
  examples: [['rota task history backup --status failed', 'when it failed']],
  load: async () => (await import('../commands/execution-list.ts')).taskHistory,
}

const EXPORT: CommandSpec = {
  name: 'export',
  summary: 'print tasks as YAML (or JSON) that `task create -f` reads',
  args: [['[task...]', 'which; all when none is named']],
  options: [
    { flags: '--group <name>', description: 'only this group and those below it; =NAME: the group alone' },
    { flags: '--tag <tag>', description: 'only with this tag' },
  ],
  examples: [['rota task export > tasks.yaml', 'all tasks into a file']],
  load: async () => (await import('../commands/task-export.ts')).taskExport,
}

const CLONE: CommandSpec = {
  name: 'clone',
  summary: 'make a disabled copy of a task',
  args: [...ONE_TASK, ['[name]', 'name of the copy']],
  options: [{ flags: '--enabled', description: 'schedule the copy at once' }],
  examples: [['rota task clone backup backup-test', 'a copy to try things with']],
  load: async () => (await import('../commands/task-clone.ts')).taskClone,
}

export const TASK: CommandSpec = {
  name: 'task',
  summary: 'tasks: what runs, when and how',
  commands: [
    LIST,
    SHOW,
    CREATE,
    EDIT,
    RUN,
    change('stop', 'cancel what a task is running and has waiting', {
      examples: [['rota task stop backup', 'cancel it; its process tree ends']],
    }),
    {
      name: 'logs',
      summary: 'show the log of a task’s latest execution',
      args: ONE_TASK,
      options: [{ flags: '-f, --follow', description: 'go on until the execution ends' }, ...TAIL],
      examples: [['rota task logs backup -f', 'watch it']],
      load: async () => (await import('../commands/logs.ts')).logs,
    },
    HISTORY,
    {
      name: 'explain',
      summary: 'say whether a task runs, and why its latest execution waits, was skipped or failed',
      args: ONE_TASK,
      examples: [['rota task explain backup', 'why it did not run, and what mends it']],
      load: async () => (await import('../commands/explain.ts')).taskExplain,
    },
    change('enable', 'schedule tasks again', { examples: [['rota task enable backup', 'it is due again']] }),
    change('disable', 'take tasks off their schedule', {
      examples: [['rota task disable --group backup', 'the whole group']],
    }),
    change('pause', 'hold tasks; what falls due is recorded as skipped', {
      examples: [['rota task pause backup', 'until rota task resume']],
    }),
    change('resume', 'let paused tasks go on', {
      options: [
        { flags: '--backlog <what>', description: 'what fell due while paused', choices: ['skip', 'last', 'all'] },
      ],
      examples: [['rota task resume backup --backlog last', 'and make up the last occurrence']],
    }),
    change('delete', 'delete tasks; they can be restored for a while', {
      options: [
        { flags: '-y, --yes', description: 'do not ask' },
        { flags: '--if-version <n>', description: 'only if it still has this version' },
      ],
      examples: [['rota task delete old-backup', 'bring it back with rota task restore']],
    }),
    change('restore', 'bring deleted tasks back', {
      options: [{ flags: '--name <name>', description: 'what it is called from now on, where its name is taken' }],
      examples: [
        ['rota task restore old-backup', 'as it was'],
        ['rota task restore old-backup --name backup-2', 'its name has been taken meanwhile'],
      ],
    }),
    CLONE,
    EXPORT,
  ],
}
