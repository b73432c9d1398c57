import type { CommandSpec } from '../spec.ts'

const LIMIT = { flags: '-n, --limit <n>', description: 'rows (default and most 1000)' }
const YES = { flags: '-y, --yes', description: 'do not ask' }
const WHICH = ['<name>', 'which policy'] as const
const FILE = ['<file>', 'a policy as YAML or JSON (- for stdin)'] as const

const POLICY: CommandSpec = {
  name: 'policy',
  summary: 'policies, which tasks are held to',
  commands: [
    {
      name: 'list',
      summary: 'list policies',
      options: [LIMIT],
      examples: [['rota policy list', 'whom they are for, and what they limit']],
      load: async () => (await import('../commands/policy.ts')).policyList,
    },
    {
      name: 'show',
      summary: 'show a policy as it can be written back',
      args: [WHICH],
      examples: [['rota policy show backups > backups.yaml', 'to be changed in a file']],
      load: async () => (await import('../commands/policy.ts')).policyShow,
    },
    {
      name: 'set',
      summary: 'make or replace a policy',
      args: [FILE],
      examples: [['rota policy set backups.yaml', 'the file says its name']],
      load: async () => (await import('../commands/policy.ts')).policySet,
    },
    {
      name: 'delete',
      summary: 'delete a policy',
      args: [WHICH],
      options: [YES],
      examples: [['rota policy delete backups', 'asks first']],
      load: async () => (await import('../commands/policy.ts')).policyDelete,
    },
    {
      name: 'check',
      summary: 'say which tasks do not comply',
      args: [['[file]', 'a policy as it would be; without one those in force are asked']],
      examples: [['rota policy check backups.yaml', 'before it is set; ends with 3 when some do not comply']],
      load: async () => (await import('../commands/policy.ts')).policyCheck,
    },
  ],
}

const WHICH_CHANGE = ['<id>', 'which change, by its id or the end of it'] as const
const REASON = { flags: '--reason <text>', description: 'why' }

const APPROVAL: CommandSpec = {
  name: 'approval',
  summary: 'changes that wait for a second person',
  commands: [
    {
      name: 'list',
      summary: 'list changes that wait',
      options: [{ flags: '--all', description: 'also those that have been decided' }, LIMIT],
      examples: [['rota approval list', 'those you asked for or may decide']],
      load: async () => (await import('../commands/approval.ts')).approvalList,
    },
    {
      name: 'show',
      summary: 'show a change, line by line',
      args: [WHICH_CHANGE],
      examples: [['rota approval show 3f9c01a2', 'what would be changed']],
      load: async () => (await import('../commands/approval.ts')).approvalShow,
    },
    {
      name: 'approve',
      summary: 'approve a change, which is made at once',
      args: [WHICH_CHANGE],
      options: [REASON],
      examples: [['rota approval approve 3f9c01a2', 'somebody else must have asked for it']],
      load: async () => (await import('../commands/approval.ts')).approvalApprove,
    },
    {
      name: 'reject',
      summary: 'reject a change',
      args: [WHICH_CHANGE],
      options: [REASON],
      examples: [['rota approval reject 3f9c01a2 --reason "not on a Friday"', 'whoever asked reads why']],
      load: async () => (await import('../commands/approval.ts')).approvalReject,
    },
    {
      name: 'withdraw',
      summary: 'withdraw a change that you asked for',
      args: [WHICH_CHANGE],
      examples: [['rota approval withdraw 3f9c01a2', 'it waits no more']],
      load: async () => (await import('../commands/approval.ts')).approvalWithdraw,
    },
  ],
}

/** Commands about what tasks may be, and who must agree to a change. */
export const POLICIES: readonly CommandSpec[] = [POLICY, APPROVAL]
