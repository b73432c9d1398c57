import type { CommandSpec } from '../spec.ts'

const WHICH = ['<id>', 'which node'] as const
const POOL_NAME = ['<name>', 'which pool'] as const
const LIMIT = { flags: '-n, --limit <n>', description: 'rows (default and most 1000)' }
const YES = { flags: '-y, --yes', description: 'do not ask' }

/** Machines that run what is placed on them. */
export const NODE: CommandSpec = {
  name: 'node',
  summary: 'nodes, the machines that run what is placed on them',
  commands: [
    {
      name: 'list',
      summary: 'list nodes, with how they do',
      options: [
        {
          flags: '--status <status>',
          description: 'only those in this state',
          choices: ['ready', 'degraded', 'draining', 'offline'],
        },
        { flags: '--pool <name>', description: 'only those in this pool' },
        { flags: '--selector <selector>', description: 'only those whose labels fit: zone=a, disk in (ssd), !spot' },
        LIMIT,
      ],
      examples: [
        ['rota node list', 'all of them'],
        ['rota node list --status offline', 'those of which nothing is heard'],
      ],
      load: async () => (await import('../commands/node.ts')).nodeList,
    },
    {
      name: 'show',
      summary: 'show a node: what it is, how it does, what befell it',
      args: [WHICH],
      examples: [['rota node show gpu-1', 'with its latest events']],
      load: async () => (await import('../commands/node.ts')).nodeShow,
    },
    {
      name: 'add',
      summary: 'make a join token, and print the command to run on the new node',
      options: [
        { flags: '--name <name>', description: 'what the token is called in the audit' },
        { flags: '--pool <name>', description: 'pool that the node is to be in', many: true },
        { flags: '--label <key=value>', description: 'label that the node is to have', many: true },
        { flags: '--uses <n>', description: 'nodes that may join with it (default 1)' },
        { flags: '--expires <duration>', description: 'how long it holds (default 1h)' },
      ],
      examples: [['rota node add --pool gpu --label zone=a', 'paste what it prints on the new machine']],
      load: async () => (await import('../commands/node.ts')).nodeAdd,
    },
    {
      name: 'drain',
      summary: 'let a node run dry: what runs there goes on, nothing new begins',
      args: [WHICH],
      options: [{ flags: '--reason <text>', description: 'why, for those who see it' }],
      examples: [['rota node drain gpu-1 --reason "new disks"', 'before it is switched off']],
      load: async () => (await import('../commands/node.ts')).nodeDrain,
    },
    {
      name: 'undrain',
      summary: 'let a node take work again',
      args: [WHICH],
      examples: [['rota node undrain gpu-1', 'when it is back']],
      load: async () => (await import('../commands/node.ts')).nodeUndrain,
    },
    {
      name: 'remove',
      summary: 'remove a node; its key ends',
      args: [WHICH],
      options: [YES],
      examples: [['rota node remove gpu-1', 'asks first']],
      load: async () => (await import('../commands/node.ts')).nodeRemove,
    },
    {
      name: 'events',
      summary: 'list what a node went through, the latest first',
      args: [WHICH],
      options: [LIMIT],
      examples: [['rota node events gpu-1', 'with the reasons']],
      load: async () => (await import('../commands/node.ts')).nodeEvents,
    },
  ],
}

const POOL_FIELDS = [
  { flags: '--description <text>', description: 'what it is for' },
  { flags: '--selector <selector>', description: 'nodes whose labels fit: zone=a, disk in (ssd), !spot' },
  { flags: '--member <id>', description: 'node to put in by hand', many: true },
  { flags: '--gpu', description: 'take only nodes with a GPU' },
]

/** Sets of nodes. */
export const POOL: CommandSpec = {
  name: 'pool',
  summary: 'pools, the sets of nodes that work is placed in',
  commands: [
    {
      name: 'list',
      summary: 'list pools, with their sizes',
      options: [LIMIT],
      examples: [['rota pool list', 'automatic ones with them']],
      load: async () => (await import('../commands/pool.ts')).poolList,
    },
    {
      name: 'show',
      summary: 'show a pool and the nodes in it',
      args: [POOL_NAME],
      examples: [['rota pool show en-zh', 'with how its nodes do']],
      load: async () => (await import('../commands/pool.ts')).poolShow,
    },
    {
      name: 'create',
      summary: 'make a pool, of named nodes or by a label selector',
      args: [['<name>', 'what it is called']],
      options: POOL_FIELDS,
      examples: [
        ["rota pool create fast --selector 'disk in (ssd, nvme)'", 'by labels'],
        ['rota pool create build --member n1 --member n2', 'by hand'],
      ],
      load: async () => (await import('../commands/pool.ts')).poolCreate,
    },
    {
      name: 'change',
      summary: 'change a pool; what is not given stays',
      args: [POOL_NAME],
      options: [...POOL_FIELDS, { flags: '--no-gpu', description: 'take nodes without a GPU, too' }],
      examples: [['rota pool change fast --gpu', 'from now on']],
      load: async () => (await import('../commands/pool.ts')).poolChange,
    },
    {
      name: 'delete',
      summary: 'delete a pool; its nodes stay',
      args: [POOL_NAME],
      options: [YES],
      examples: [['rota pool delete fast', 'asks first']],
      load: async () => (await import('../commands/pool.ts')).poolDelete,
    },
  ],
}
