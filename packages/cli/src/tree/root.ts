import { NAME_KINDS } from '../completion/places.ts'
import type { CommandSpec, OptionSpec } from '../spec.ts'
import { ACCESS } from './access.ts'
import { AGENT } from './agent.ts'
import { AUDIT } from './audit.ts'
import { EXECUTION, LOGS } from './execution.ts'
import { GRANTS } from './grants.ts'
import { MACHINE } from './machine.ts'
import { NODE, POOL } from './node.ts'
import { POLICIES } from './policies.ts'
import { LEDGER, NEXT, STATS, UPCOMING } from './schedule.ts'
import { SECRET } from './secret.ts'
import { TASK } from './task.ts'
import { TENANT } from './tenant.ts'

/** Understood by every command, before or after its name. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--url <url>', description: 'server to talk to (ROTA_URL; default: the last login, else this machine)' },
  { flags: '--data <dir>', description: 'data directory of a server on this machine (ROTA_DATA_DIR, default ./data)' },
  { flags: '--json', description: 'print JSON: one document, or one per line where output streams' },
  { flags: '-q, --quiet', description: 'print only what was asked for, no remarks and no progress' },
  { flags: '--no-color', description: 'no colours (NO_COLOR; off anyway when output is no terminal)' },
  {
    flags: '--lang <lang>',
    description: 'language of everything that is printed (ROTA_LANG, else the locale)',
    choices: ['en', 'zh'],
  },
  {
    flags: '--tenant <id>',
    description: 'tenant to look at, and to make things in, for those who belong to none (ROTA_TENANT)',
  },
]

const COMPLETION: CommandSpec = {
  name: 'completion',
  summary: 'print a completion script',
  description:
    'It offers commands, options and their values, and names of tasks and executions, which it asks from the server; while that is away it offers no names.',
  args: [['[shell]', 'bash, zsh or fish']],
  options: [
    {
      flags: '--names <kind>',
      description: 'print names instead, one on each line, as the scripts ask for them',
      choices: NAME_KINDS,
    },
    { flags: '--begin <text>', description: 'with --names: only those that begin so' },
  ],
  examples: [
    ['source <(rota completion bash)', 'in ~/.bashrc'],
    ['rota completion zsh > ~/.zsh/completions/_rota', 'for zsh, where that directory is in fpath'],
    ['rota completion fish > ~/.config/fish/completions/rota.fish', 'for fish'],
  ],
  load: async () => (await import('../commands/completion.ts')).completion(ROOT, GLOBAL_OPTIONS),
}

/** The whole command line. */
export const ROOT: CommandSpec = {
  name: 'rota',
  summary: 'One scheduler for when work runs, where it runs, and who holds what.',
  examples: [
    ['rota server', 'start a server on 127.0.0.1:7070 with its data in ./data'],
    ["rota task create nightly --shell '/usr/bin/backup.sh' --daily 02:00 --tz Europe/Berlin", 'make a task'],
    ['rota task run nightly --follow', 'run it now, show its log, end with its exit code'],
    ["rota next '*/15 9-17 * * mon-fri' --tz Asia/Shanghai", 'when a cron expression is due; needs no server'],
    ['rota import crontab /etc/crontab /etc/cron.d --dry-run', 'see what would become of a machine’s crontabs'],
  ],
  commands: [
    ...MACHINE,
    AGENT,
    NODE,
    POOL,
    TASK,
    EXECUTION,
    LOGS,
    NEXT,
    UPCOMING,
    LEDGER,
    STATS,
    ...ACCESS,
    ...GRANTS,
    SECRET,
    ...POLICIES,
    AUDIT,
    TENANT,
    COMPLETION,
  ],
}
