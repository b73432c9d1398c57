import type { CommandSpec } from '../spec.ts'

const LIMIT = { flags: '-n, --limit <n>', description: 'rows (default and most 1000)' }
const YES = { flags: '-y, --yes', description: 'do not ask' }

const ROLE: CommandSpec = {
  name: 'role',
  summary: 'roles and what they allow',
  commands: [
    {
      name: 'list',
      summary: 'list roles',
      options: [LIMIT],
      examples: [['rota role list', 'with what they allow']],
      load: async () => (await import('../commands/role.ts')).roleList,
    },
    {
      name: 'create',
      summary: 'make a role',
      args: [['<name>', 'what it is called']],
      options: [
        {
          flags: '--allow <permission>',
          description: 'a permission on a kind of thing, such as task:execute; may be repeated',
          many: true,
        },
        { flags: '--description <text>', description: 'what it is for' },
      ],
      examples: [['rota role create runner --allow task:execute', 'runs tasks and sees nothing else']],
      load: async () => (await import('../commands/role.ts')).roleCreate,
    },
    {
      name: 'delete',
      summary: 'delete a role that nobody has',
      args: [['<name>', 'which role']],
      options: [YES],
      examples: [['rota role delete runner', 'asks first']],
      load: async () => (await import('../commands/role.ts')).roleDelete,
    },
  ],
}

const WHICH_GROUP = ['<name>', 'the user group'] as const
const WHICH_USERS = ['<member...>', 'names of users'] as const
const OF_GROUPS = { flags: '--group', description: 'the names are those of user groups' }

const USER_GROUP: CommandSpec = {
  name: 'user-group',
  summary: 'user groups, which grants can be given to',
  commands: [
    {
      name: 'list',
      summary: 'list user groups',
      options: [LIMIT],
      examples: [['rota user-group list', 'with their members']],
      load: async () => (await import('../commands/user-group.ts')).userGroupList,
    },
    {
      name: 'show',
      summary: 'show a user group with its members',
      args: [WHICH_GROUP],
      examples: [['rota user-group show dba', 'with their members']],
      load: async () => (await import('../commands/user-group.ts')).userGroupShow,
    },
    {
      name: 'create',
      summary: 'make a user group',
      args: [['<name>', 'what it is called']],
      options: [{ flags: '--description <text>', description: 'what it is for' }],
      examples: [['rota user-group create dba', 'for the people of the database team']],
      load: async () => (await import('../commands/user-group.ts')).userGroupCreate,
    },
    {
      name: 'add',
      summary: 'take users, or with --group user groups, into a user group',
      args: [WHICH_GROUP, WHICH_USERS],
      options: [OF_GROUPS],
      examples: [['rota user-group add dba alice bob', 'alice and bob join']],
      load: async () => (await import('../commands/user-group.ts')).userGroupAdd,
    },
    {
      name: 'remove',
      summary: 'take users, or with --group user groups, out of a user group',
      args: [WHICH_GROUP, WHICH_USERS],
      options: [OF_GROUPS],
      examples: [['rota user-group remove dba bob', 'bob leaves']],
      load: async () => (await import('../commands/user-group.ts')).userGroupRemove,
    },
    {
      name: 'delete',
      summary: 'delete a user group and what is granted to it',
      args: [WHICH_GROUP],
      options: [YES],
      examples: [['rota user-group delete dba', 'asks first']],
      load: async () => (await import('../commands/user-group.ts')).userGroupDelete,
    },
  ],
}

const UNTIL = { flags: '--until <instant>', description: 'when it ends by itself (default: never)' }

const GRANT: CommandSpec = {
  name: 'grant',
  summary: 'who may do what where',
  commands: [
    {
      name: 'list',
      summary: 'list grants',
      options: [
        { flags: '--user <name>', description: 'given to this user' },
        { flags: '--user-group <name>', description: 'given to this user group' },
        { flags: '--token <id>', description: 'given to this API token' },
        { flags: '--group <group>', description: 'given on exactly this group of tasks' },
        { flags: '--task <task>', description: 'given on this task' },
        LIMIT,
      ],
      examples: [['rota grant list', 'newest first']],
      load: async () => (await import('../commands/grant.ts')).grantList,
    },
    {
      name: 'create',
      summary: 'give a role to a user, user group or API token, everywhere or in one place',
      args: [['<role>', 'a built-in role or one that was made']],
      options: [
        { flags: '--user <name>', description: 'the user it is given to' },
        { flags: '--user-group <name>', description: 'the user group it is given to' },
        { flags: '--token <id>', description: 'the API token it is given to, which holds nothing else then' },
        { flags: '--group <group>', description: 'holds for this group of tasks and all below it' },
        { flags: '--task <task>', description: 'holds for this task' },
        UNTIL,
      ],
      examples: [
        ['rota grant create editor --user-group dba --group backup', 'edits whatever lies in backup/ and below'],
        ['rota grant create operator --user alice --until 2026-12-24', 'ends by itself'],
      ],
      load: async () => (await import('../commands/grant.ts')).grantCreate,
    },
    {
      name: 'prolong',
      summary: 'let a grant end at another instant, or never; also one that has ended',
      args: [['<id>', 'which grant']],
      options: [UNTIL],
      examples: [['rota grant prolong 01a2… --until 2026-12-31', 'one day longer or many']],
      load: async () => (await import('../commands/grant.ts')).grantProlong,
    },
    {
      name: 'revoke',
      summary: 'take grants back',
      args: [['<id...>', 'ids of grants']],
      examples: [['rota grant revoke 01a2…', 'it ends at once']],
      load: async () => (await import('../commands/grant.ts')).grantRevoke,
    },
    {
      name: 'explain',
      summary: 'why somebody may do something, or what is missing',
      args: [['<permission>', 'view, execute, edit, delete, manage or use']],
      options: [
        { flags: '--user <name>', description: 'of another user; needs manage' },
        { flags: '--task <task>', description: 'on this task' },
        { flags: '--group <group>', description: 'in this group of tasks' },
        { flags: '--kind <kind>', description: 'on this kind of thing (default task)' },
      ],
      examples: [
        ['rota grant explain execute --user alice --task nightly', 'what lets alice run it, or what she lacks'],
      ],
      load: async () => (await import('../commands/grant.ts')).grantExplain,
    },
  ],
}

/** Commands about what people may do where. */
export const GRANTS: readonly CommandSpec[] = [ROLE, USER_GROUP, GRANT]
