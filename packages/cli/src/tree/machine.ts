import type { CommandSpec } from '../spec.ts'

const SERVER: CommandSpec = {
  name: 'server',
  summary: 'start a server',
  description:
    'One process with an embedded store, or one of several on PostgreSQL (ROTA_DATABASE_URL). The first start prints the administrator’s one-time password (or takes ROTA_ADMIN_PASSWORD). Ctrl-C lets running work finish; a second Ctrl-C cancels it.',
  options: [
    { flags: '--port <n>', description: 'port (ROTA_PORT, default 7070; 0 for any free one)' },
    { flags: '--host <address>', description: 'address to listen on (ROTA_HOST, default 127.0.0.1)' },
    { flags: '--config <file>', description: 'configuration file (ROTA_CONFIG, default rota.yaml where it exists)' },
  ],
  examples: [
    ['rota server', 'on 127.0.0.1:7070, data in ./data'],
    ['rota server --data /var/lib/rota --host 0.0.0.0 --config /etc/rota/rota.yaml', 'for a machine'],
  ],
  load: async () => (await import('../commands/server.ts')).server,
}

const STATUS: CommandSpec = {
  name: 'status',
  summary: 'show which server is meant, who you are there, and how it does',
  examples: [['rota status', 'one look']],
  load: async () => (await import('../commands/status.ts')).status,
}

const DOCTOR: CommandSpec = {
  name: 'doctor',
  summary: 'examine an installation: database, clock, disk, limits, versions',
  description:
    'Looks at every page of the databases, at the clock, the disk, file modes and limits, whether the server runs or not; changes nothing. Works on the server’s own machine. Exit code 9 when something is to be mended.',
  options: [
    { flags: '--config <file>', description: 'configuration file (ROTA_CONFIG, default rota.yaml where it exists)' },
  ],
  examples: [['rota doctor --data /var/lib/rota', 'after a crash, before a restore']],
  load: async () => (await import('../commands/doctor.ts')).doctor,
}

const IMPORT: CommandSpec = {
  name: 'import',
  summary: 'take over tasks from elsewhere',
  commands: [
    {
      name: 'crontab',
      summary: 'import crontabs, with a report on every line',
      description:
        'Files in user or system format, told apart by themselves; directories such as /etc/cron.d are read file by file. Nothing is lost silently: every line is reported, and lines with mistakes do not stop the others. Exit code 3 when some lines had mistakes, or some tasks could not be made.',
      args: [['<file...>', 'crontab files or directories; - for stdin (as from crontab -l)']],
      options: [
        { flags: '--user <name>', description: 'owner of a user crontab' },
        { flags: '--system', description: 'system format, with a user column, whatever the place' },
        {
          flags: '--tz <zone>',
          description: 'zone where no CRON_TZ applies (default: that of TZ, else the server’s, else this machine’s)',
        },
        { flags: '--group <name>', description: 'group of the tasks (default crontab)' },
        { flags: '--prefix <text>', description: 'put before every task’s name' },
        { flags: '--disabled', description: 'make the tasks, but do not schedule them yet' },
        { flags: '--no-run-as', description: 'run as the server’s own user instead of the crontab’s' },
        {
          flags: '--flavour <cron>',
          description: 'whose crontab it is (default: what place and content tell)',
          choices: ['debian', 'cronie', 'freebsd', 'openbsd', 'busybox', 'supercronic'],
        },
        {
          flags: '--existing <what>',
          description: 'when a job has changed since it was imported, or a task of the name exists (default skip)',
          choices: ['skip', 'replace', 'rename', 'fail'],
        },
        {
          flags: '--gone <what>',
          description: 'what becomes of tasks whose jobs have gone from the file (default keep)',
          choices: ['keep', 'disable', 'delete'],
        },
        { flags: '--dry-run', description: 'report only; needs no server, but with one says what is new' },
        { flags: '--problems', description: 'report only lines that need a look' },
      ],
      examples: [
        ['rota import crontab /etc/crontab /etc/cron.d --dry-run', 'what would become of a machine’s crontabs'],
        ['crontab -l | rota import crontab - --user "$USER" --disabled', 'one’s own, to be enabled one by one'],
        ['rota import crontab old.cron --existing replace --prefix legacy-', 'again, over an earlier import'],
      ],
      load: async () => (await import('../commands/import-crontab.ts')).importCrontab,
    },
  ],
}

const CONFIG: CommandSpec = {
  name: 'config',
  summary: 'the server’s configuration',
  commands: [
    {
      name: 'check',
      summary: 'check a configuration file, without starting anything',
      args: [['[file]', 'file (default ROTA_CONFIG, else rota.yaml)']],
      examples: [['rota config check /etc/rota/rota.yaml', 'line, column and mend of every mistake']],
      load: async () => (await import('../commands/config.ts')).configCheck,
    },
    {
      name: 'show',
      summary: 'show what is in force on the server, without secrets',
      examples: [['rota config show --json', 'for a program']],
      load: async () => (await import('../commands/config.ts')).configShow,
    },
  ],
}

const BACKUP: CommandSpec = {
  name: 'backup',
  summary: 'copy the data directory’s store, while the server runs or not',
  args: [['<dir>', 'new or empty directory for the copy']],
  options: [
    { flags: '--with-secrets-key', description: 'copy the key of secrets, too: whoever has the copy can open them' },
  ],
  examples: [['rota backup /backup/rota-2026-12-01 --data /var/lib/rota', 'consistent, work goes on meanwhile']],
  load: async () => (await import('../commands/backup.ts')).backup,
}

const RESTORE: CommandSpec = {
  name: 'restore',
  summary: 'put a backup in place of the data directory’s store; the server must be stopped',
  description: 'What was there before is kept beside it, in a directory whose name is printed.',
  args: [['<dir>', 'directory that `rota backup` wrote']],
  options: [{ flags: '--force', description: 'do not ask; what is there is moved aside, not deleted' }],
  examples: [['rota restore /backup/rota-2026-12-01 --data /var/lib/rota', 'go back to a backup']],
  load: async () => (await import('../commands/restore.ts')).restore,
}

const MIGRATE: CommandSpec = {
  name: 'migrate',
  summary: 'bring the schema in PostgreSQL up to date',
  description:
    'Servers do it by themselves at their start unless database.migrate is false. Where several do it at once, one does and the others wait. The database is that of the server’s configuration (ROTA_DATABASE_URL, database.url).',
  options: [
    { flags: '--dry-run', description: 'only show what is applied and what would be' },
    { flags: '--config <file>', description: 'configuration file of the server (ROTA_CONFIG)' },
  ],
  examples: [
    ['rota migrate --dry-run', 'what stands there, and what would be done'],
    ['ROTA_DATABASE_URL=postgres://owner@db/rota rota migrate', 'as a user who may change tables'],
  ],
  load: async () => (await import('../commands/migrate.ts')).migrate,
}

const STORE: CommandSpec = {
  name: 'store',
  summary: 'what the server keeps everything in',
  commands: [
    {
      name: 'copy',
      summary: 'copy everything from a data directory to PostgreSQL, or back; all servers must be stopped',
      description:
        'The target must be empty. Rows are read again after writing and compared by count and SHA-256 per table; what was broken off or differs leaves nothing behind. Logs are copied, keys are not.',
      options: [
        {
          flags: '--from <place>',
          description: 'data directory, postgres:// URL, or env:NAME for a URL in a variable',
        },
        {
          flags: '--to <place>',
          description: 'the same; an empty or new directory, or a database without tasks and users',
        },
        { flags: '--schema <name>', description: 'schema in PostgreSQL (default rota)' },
      ],
      examples: [
        ['rota store copy --from ./data --to env:ROTA_DATABASE_URL', 'from one server to a cluster'],
        ['rota store copy --from postgres://rota@db/rota --to ./data', 'and back'],
      ],
      load: async () => (await import('../commands/store-copy.ts')).storeCopy,
    },
  ],
}

/** Commands about the server and its machine. */
export const MACHINE: readonly CommandSpec[] = [SERVER, STATUS, DOCTOR, IMPORT, CONFIG, BACKUP, RESTORE, MIGRATE, STORE]
