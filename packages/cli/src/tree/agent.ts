import type { CommandSpec } from '../spec.ts'

export const AGENT: CommandSpec = {
  name: 'agent',
  summary: 'make this machine a node that runs what a server places there',
  description:
    'One program with one outgoing connection. The first start joins by a one-time token, later ones by the key that was given for it. It survives restarts of the server and interruptions of the network: what runs goes on, and its output follows. SIGTERM lets running work finish.',
  options: [
    { flags: '--server <url>', description: 'server to join (ROTA_SERVER)' },
    { flags: '--token <token>', description: 'one-time join token, for the first start (ROTA_JOIN_TOKEN)' },
    { flags: '--name <name>', description: 'name of the node (ROTA_NODE_NAME, default that of the host)' },
    { flags: '--pool <name>', description: 'pool to be in (ROTA_NODE_POOLS)', many: true },
    { flags: '--label <key=value>', description: 'label for selectors (ROTA_NODE_LABELS)', many: true },
    {
      flags: '--capacity <n>',
      description: 'attempts that run at once (ROTA_NODE_CAPACITY, default: number of processors)',
    },
    { flags: '--weight <n>', description: 'share of the work among other nodes (ROTA_NODE_WEIGHT, default 1)' },
    { flags: '--language <list>', description: 'languages of the node: zh,en (ROTA_NODE_LANGUAGES)' },
    {
      flags: '--capability <service=languages:models>',
      description: 'a service that it offers: asr=zh,en:small (ROTA_NODE_CAPABILITIES, separated by spaces)',
      many: true,
    },
    { flags: '--type <list>', description: 'task types that it runs (default: all that it can)' },
    {
      flags: '--handlers <module>',
      description: 'module with functions for tasks of type handler (ROTA_AGENT_HANDLERS)',
    },
    {
      flags: '--grace <seconds>',
      description: 'what running work gets when the agent stops (ROTA_AGENT_GRACE, default 30)',
    },
    {
      flags: '--spool <MiB>',
      description: 'output of an attempt that is kept while no server can be reached (ROTA_AGENT_SPOOL, default 16)',
    },
    {
      flags: '--callback-url <url>',
      description: 'address at which the server reaches this agent, instead of a connection (ROTA_AGENT_CALLBACK_URL)',
    },
    {
      flags: '--listen <address:port>',
      description: 'where the agent listens for that (ROTA_AGENT_LISTEN, default the port of the address)',
    },
    { flags: '--ca <file>', description: 'certificates that sign the server’s (ROTA_AGENT_CA)' },
    { flags: '--cert <file>', description: 'the node’s own certificate (ROTA_AGENT_CERT)' },
    { flags: '--key-file <file>', description: 'private key of that certificate (ROTA_AGENT_KEY_FILE)' },
  ],
  examples: [
    ['rota agent --server https://rota.example --token rota_join_…', 'the first start; --data keeps who it is'],
    [
      'rota agent --server https://rota.example --pool gpu --label zone=a --capability asr=zh,en:small',
      'with abilities',
    ],
  ],
  load: async () => (await import('../commands/agent.ts')).agent,
}
