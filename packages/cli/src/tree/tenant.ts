import type { CommandSpec } from '../spec.ts'

const WHICH = ['<id>', 'which tenant'] as const

/** Those who share a server without seeing one another. */
export const TENANT: CommandSpec = {
  name: 'tenant',
  summary: 'tenants, who share a server without seeing one another',
  commands: [
    {
      name: 'list',
      summary: 'list tenants',
      options: [{ flags: '-n, --limit <n>', description: 'rows (default and most 1000)' }],
      examples: [['rota tenant list', 'those of this server']],
      load: async () => (await import('../commands/tenant.ts')).tenantList,
    },
    {
      name: 'create',
      summary: 'make a tenant',
      args: [['<id>', 'small letters, digits and -; users sign in as ID/USERNAME']],
      options: [{ flags: '--name <name>', description: 'what it is called (default: its id)' }],
      examples: [
        ['rota tenant create acme --name "Acme Inc."', 'make it'],
        ['rota user create ada --role admin --tenant acme', 'then its first administrator, who signs in as acme/ada'],
      ],
      load: async () => (await import('../commands/tenant.ts')).tenantCreate,
    },
    {
      name: 'change',
      summary: 'rename a tenant, or disable or enable it',
      args: [WHICH],
      options: [
        { flags: '--name <name>', description: 'what it is called' },
        { flags: '--disable', description: 'let in nobody who belongs to it' },
        { flags: '--enable', description: 'let them in again' },
      ],
      examples: [['rota tenant change acme --disable', 'its people and tokens are refused from now on']],
      load: async () => (await import('../commands/tenant.ts')).tenantChange,
    },
    {
      name: 'delete',
      summary: 'delete a tenant that has nothing',
      args: [WHICH],
      options: [{ flags: '-y, --yes', description: 'do not ask' }],
      examples: [['rota tenant delete acme', 'asks first; refused while it has tasks, users or anything else']],
      load: async () => (await import('../commands/tenant.ts')).tenantDelete,
    },
  ],
}
