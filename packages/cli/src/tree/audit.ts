import type { CommandSpec } from '../spec.ts'

const FILTER = [
  { flags: '--kind <kind>', description: 'what was changed: task, user, grant, session …' },
  { flags: '--subject <name>', description: 'id or name of what it was done to' },
  { flags: '--actor <name>', description: 'name or id of who did it' },
  { flags: '--action <word>', description: 'what was done: created, updated, deleted, run …' },
  { flags: '--outcome <outcome>', description: 'done or refused', choices: ['done', 'refused'] },
  { flags: '--address <ip>', description: 'where it came from' },
  { flags: '--request <id>', description: 'id of the request' },
  { flags: '--from <instant>', description: 'not earlier, such as 2026-12-01' },
  { flags: '--to <instant>', description: 'earlier than this' },
] as const

export const AUDIT: CommandSpec = {
  name: 'audit',
  summary: 'what was done, by whom',
  commands: [
    {
      name: 'list',
      summary: 'list what was done, the latest first',
      args: [['[text]', 'found in who did it, in what it was done to, or in what was done']],
      options: [...FILTER, { flags: '-n, --limit <n>', description: 'rows (default 30, most 1000)' }],
      examples: [
        ['rota audit list --subject nightly', 'who changed this task, and when'],
        ['rota audit list --outcome refused', 'who was refused what'],
      ],
      load: async () => (await import('../commands/audit.ts')).auditList,
    },
    {
      name: 'export',
      summary: 'print all of it, an entry a line as JSON, the oldest first',
      options: FILTER,
      examples: [['rota audit export > audit.ndjson', 'what `rota audit verify --file` reads']],
      load: async () => (await import('../commands/audit.ts')).auditExport,
    },
    {
      name: 'checkpoints',
      summary: 'print the signed checkpoints that the server has written, one a line',
      examples: [['rota audit checkpoints > checkpoints.ndjson', 'to be kept on another machine']],
      load: async () => (await import('../commands/audit.ts')).auditCheckpoints,
    },
    {
      name: 'verify',
      summary: 'find whatever was altered, removed, put in or moved',
      description:
        'Every entry holds a hash of itself and of the one before. An end that was cut off or written anew shows only by checkpoints that were kept where whoever can write the database cannot reach them. Ends with 9 when something is found.',
      options: [
        { flags: '--checkpoints <file>', description: 'checkpoints of one or several servers' },
        { flags: '--key <fingerprint>', description: 'SHA256:… of the key that must have signed them' },
        { flags: '--file <file>', description: 'an export, instead of asking the server' },
      ],
      examples: [
        ['rota audit verify --checkpoints /mnt/worm/checkpoints.ndjson', 'what the server says, against what it said'],
      ],
      load: async () => (await import('../commands/audit-verify.ts')).auditVerify,
    },
  ],
}
