import type { CommandSpec } from '../spec.ts'

const WHICH = ['<name>', 'which secret'] as const
const EXACT = { flags: '--exact', description: 'keep a line end at the end of the value, which is dropped otherwise' }

const FROM_STDIN = 'The value is read from stdin, or asked for where that is a terminal; never from the command line.'

/** Values that tasks refer to by name. */
export const SECRET: CommandSpec = {
  name: 'secret',
  summary: 'values that tasks refer to by name',
  commands: [
    {
      name: 'set',
      summary: 'make a secret, or give it a new value',
      description: FROM_STDIN,
      args: [WHICH],
      options: [{ flags: '--description <text>', description: 'what it is for' }, EXACT],
      examples: [
        ['rota secret set DB_PASSWORD', 'asks for the value'],
        ['rota secret set DEPLOY_KEY < id_ed25519', 'takes it from a file'],
      ],
      load: async () => (await import('../commands/secret.ts')).secretSet,
    },
    {
      name: 'list',
      summary: 'list secrets, without their values',
      options: [{ flags: '-n, --limit <n>', description: 'rows (default and most 1000)' }],
      examples: [['rota secret list', 'with how many tasks refer to each']],
      load: async () => (await import('../commands/secret.ts')).secretList,
    },
    {
      name: 'rotate',
      summary: 'give a secret that is there a new value',
      description: FROM_STDIN,
      args: [WHICH],
      options: [EXACT],
      examples: [['openssl rand -hex 20 | rota secret rotate API_TOKEN', 'attempts from now on get it']],
      load: async () => (await import('../commands/secret.ts')).secretRotate,
    },
    {
      name: 'delete',
      summary: 'delete a secret that no enabled task refers to',
      args: [WHICH],
      options: [
        { flags: '--force', description: 'also when enabled tasks refer to it: they fail from then on' },
        { flags: '-y, --yes', description: 'do not ask' },
      ],
      examples: [['rota secret delete API_TOKEN', 'asks first']],
      load: async () => (await import('../commands/secret.ts')).secretDelete,
    },
    {
      name: 'rewrap',
      summary: 'bring all secrets under the present key',
      description:
        'After secrets.key_file names another key and secrets.old_key_files the one before. May be interrupted.',
      examples: [['rota secret rewrap', 'until none is under an earlier key']],
      load: async () => (await import('../commands/secret.ts')).secretRewrap,
    },
  ],
}
