import type { CommandSpec } from '../spec.ts'

const ROLES = ['viewer', 'operator', 'editor', 'admin'] as const
/** Of accounts; without one they have what is granted to them. */
const ACCOUNT_ROLES = ['none', ...ROLES] as const

const LOGIN: CommandSpec = {
  name: 'login',
  summary: 'log in to a server and remember it',
  description:
    'Makes an API token and keeps it in ~/.config/rota/credentials.json, which only you may read; the password is not kept. On the machine of a running server no login is needed by those who may read its data directory.',
  args: [['[url]', 'address of the server (default --url, ROTA_URL, http://127.0.0.1:7070)']],
  options: [
    { flags: '-u, --user <name>', description: 'user (default admin)' },
    {
      flags: '--password-stdin',
      description: 'read it from stdin; on a second line the new one, if it must be changed',
    },
    { flags: '--code <code>', description: 'code of the second factor, or a recovery code' },
    { flags: '--token-stdin', description: 'read an API token from stdin instead' },
    { flags: '--days <n>', description: 'how long the login lasts (default 90)' },
  ],
  examples: [
    ['rota login https://rota.example.org -u alice', 'asks for the password'],
    ['pass rota/ci | rota login --token-stdin', 'with a token made by rota token create'],
  ],
  load: async () => (await import('../commands/login.ts')).login,
}

const LOGOUT: CommandSpec = {
  name: 'logout',
  summary: 'forget the login and revoke its token',
  args: [['[url]', 'which server (default: the last login)']],
  examples: [['rota logout', 'the last login']],
  load: async () => (await import('../commands/logout.ts')).logout,
}

const TOKEN: CommandSpec = {
  name: 'token',
  summary: 'API tokens, for programs',
  commands: [
    {
      name: 'list',
      summary: 'list tokens',
      options: [
        { flags: '--all', description: 'of all users; for those who may manage' },
        { flags: '-n, --limit <n>', description: 'rows (default and most 1000)' },
      ],
      examples: [['rota token list', 'with their last use']],
      load: async () => (await import('../commands/token.ts')).tokenList,
    },
    {
      name: 'create',
      summary: 'make a token; it is printed once, alone on stdout',
      args: [['<name>', 'what it is for']],
      options: [
        { flags: '--role <role>', description: 'what it may do (default: what you may)', choices: ROLES },
        {
          flags: '--scope <permission>',
          description: 'instead of a role; may be repeated',
          choices: ['view', 'execute', 'edit', 'delete', 'manage'],
          many: true,
        },
        { flags: '--days <n>', description: 'how long it lasts (default: for ever)' },
        {
          flags: '--address <range>',
          description: 'where it is taken from, such as 10.0.0.0/8 (default: anywhere); may be repeated',
          many: true,
        },
        {
          flags: '--password-stdin',
          description: 'read your password from stdin: the token then does not end with the login',
        },
      ],
      examples: [['ROTA_TOKEN=$(rota token create ci --role operator --days 365)', 'for a pipeline']],
      load: async () => (await import('../commands/token.ts')).tokenCreate,
    },
    {
      name: 'rotate',
      summary: 'make another token in the place of one; it is printed once, alone on stdout',
      args: [['<token>', 'id or name']],
      options: [
        { flags: '--overlap <seconds>', description: 'how long the old one is still taken (default 3600)' },
        { flags: '--password-stdin', description: 'read your password from stdin, where it is asked for' },
      ],
      examples: [['rota token rotate ci', 'the old one ends within an hour']],
      load: async () => (await import('../commands/token.ts')).tokenRotate,
    },
    {
      name: 'revoke',
      summary: 'revoke tokens',
      args: [['<token...>', 'ids or names']],
      examples: [['rota token revoke ci', 'by its name']],
      load: async () => (await import('../commands/token.ts')).tokenRevoke,
    },
  ],
}

const USER: CommandSpec = {
  name: 'user',
  summary: 'people who may use the server',
  commands: [
    {
      name: 'list',
      summary: 'list users',
      options: [{ flags: '-n, --limit <n>', description: 'rows (default and most 1000)' }],
      examples: [['rota user list', 'with role and last login']],
      load: async () => (await import('../commands/user.ts')).userList,
    },
    {
      name: 'create',
      summary: 'add a user; prints a one-time password unless one is given on stdin',
      args: [['<name>', 'user name']],
      options: [
        { flags: '--role <role>', description: 'what the user may do (default viewer)', choices: ACCOUNT_ROLES },
        { flags: '--display-name <text>', description: 'display name' },
        { flags: '--password-stdin', description: 'read the password from stdin' },
        { flags: '--invite', description: 'instead of a password, print a link by which it is chosen' },
      ],
      examples: [
        ['rota user create alice --role editor', 'she must change the password at first login'],
        ['rota user create alice --invite', 'an account without a password, and the link'],
      ],
      load: async () => (await import('../commands/user.ts')).userCreate,
    },
    {
      name: 'invite',
      summary: 'make a link by which a user chooses the password; it works once',
      args: [['<name>', 'user name']],
      examples: [['rota user invite alice', 'she opens it and chooses a password']],
      load: async () => (await import('../commands/user.ts')).userInvite,
    },
    {
      name: 'set',
      summary: 'change a user',
      args: [['<name>', 'user name']],
      options: [
        { flags: '--role <role>', description: 'what the user may do', choices: ACCOUNT_ROLES },
        { flags: '--display-name <text>', description: 'display name' },
        { flags: '--disable', description: 'lock out' },
        { flags: '--enable', description: 'let in again' },
        { flags: '--password-stdin', description: 'read a new password from stdin; ends all sessions' },
        { flags: '--remove-second-factor', description: 'remove the second factor of a user who has lost it' },
      ],
      examples: [['rota user set alice --role admin', 'more rights']],
      load: async () => (await import('../commands/user.ts')).userSet,
    },
    {
      name: 'delete',
      summary: 'delete users',
      args: [['<name...>', 'user names']],
      options: [{ flags: '-y, --yes', description: 'do not ask' }],
      examples: [['rota user delete alice', 'her tokens end with her']],
      load: async () => (await import('../commands/user.ts')).userDelete,
    },
    {
      name: 'password',
      summary: 'change your own password',
      examples: [['rota user password', 'asks for the old and the new one']],
      load: async () => (await import('../commands/user.ts')).userPassword,
    },
  ],
}

/** Commands about who may do what. */
export const ACCESS: readonly CommandSpec[] = [LOGIN, LOGOUT, TOKEN, USER]
