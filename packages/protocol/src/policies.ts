import { MOST_PATTERN, say } from '@rota/core'
import { z } from 'zod'
import { sentence, text } from './scalars.ts'
import { strict } from './strict.ts'

const MANY = 1_000
const most = z.number().gt(0).max(Number.MAX_SAFE_INTEGER).nullable().exactOptional()
const mostWhole = z.int().min(1).max(1_000_000_000).nullable().exactOptional()

const policyName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, say`may hold small letters, digits and . _ - and starts with a letter or digit.`)

/** Without `..`, which leads elsewhere than it looks behind a link. */
const directory = text(4_096, 1)
  .refine((path) => path.startsWith('/'), { error: say`must be an absolute path.` })
  .refine((path) => !path.split('/').includes('..'), { error: say`must not have .. in it.` })

const interpreter = text(4_096, 1).refine((path) => !path.includes('/') || path.startsWith('/'), {
  error: say`must be an absolute path, or a name that the server looks up.`,
})

const pattern = text(MOST_PATTERN, 1)
const reason = text(500).exactOptional()
const hosts = z.array(text(300, 1)).max(MANY)

const reach = strict({
  groups: z
    .array(text(200, 1))
    .max(100)
    .exactOptional()
    .meta({ description: 'Groups of tasks, each with all below it. They need not have tasks yet.' }),
  roles: z
    .array(text(50, 1))
    .max(50)
    .exactOptional()
    .meta({ description: 'Roles of whoever saves or runs; a schedule does not ask for them.' }),
  user_groups: z
    .array(text(100, 1))
    .max(100)
    .exactOptional()
    .meta({ description: 'User groups of whoever saves or runs, by name.' }),
}).meta({
  id: 'PolicyReach',
  description: 'Whom and what a policy is for. An empty list asks for nothing; all three must be met.',
})

const limits = strict({
  timeout_seconds: most,
  memory_bytes: most,
  cpus: most,
  processes: mostWhole,
  open_files: mostWhole,
  max_attempts: mostWhole,
  max_concurrent: mostWhole,
}).meta({ id: 'PolicyLimits' })

const allowed = strict({
  command: pattern.meta({
    description:
      'The whole text of a command, a source, or the name of a handler. `*` stands for one harmless word: a letter, digit or `_` and then also `. : , @ % + = -`.',
  }),
  args: z
    .array(text(MOST_PATTERN, 1))
    .max(100)
    .exactOptional()
    .meta({ description: 'Patterns of which each argument must match one. Without any, none may be given.' }),
  reason,
}).meta({ id: 'AllowedCommand' })

const denied = strict({
  pattern: pattern.meta({ description: 'The whole text, in which `*` stands for anything.' }),
  reason,
}).meta({ id: 'DeniedCommand' })

const rules = strict({
  types: z.array(text(100, 1)).max(50).nullable().exactOptional(),
  interpreters: z.array(interpreter).max(100).nullable().exactOptional(),
  run_as: strict({
    users: z.array(text(256, 1)).max(100).nullable().exactOptional(),
    default: text(256, 1).nullable().exactOptional(),
    not_server: z.boolean().exactOptional(),
  }).exactOptional(),
  working_dirs: z.array(directory).max(100).nullable().exactOptional(),
  limits: limits.exactOptional(),
  network: strict({ allow: hosts.nullable().exactOptional(), deny: hosts.exactOptional() }).exactOptional(),
  commands: strict({
    allow: z.array(allowed).max(MANY).nullable().exactOptional(),
    deny: z.array(denied).max(MANY).exactOptional(),
  }).exactOptional(),
  requires_approval: z
    .boolean()
    .exactOptional()
    .meta({ description: 'A change of a task waits until a second person has approved it.' }),
}).meta({
  id: 'PolicyRules',
  description: 'What tasks may be and do. What is left out or null says nothing; an empty list allows nothing.',
})

const written = {
  description: text(500).exactOptional(),
  enabled: z.boolean().exactOptional(),
  applies_to: reach.exactOptional(),
  rules,
}

export const policyInput = strict({ name: policyName, ...written }).meta({ id: 'PolicyInput' })
export const policyReplacement = strict({ ...written, version: z.int().min(1).exactOptional() }).meta({
  id: 'PolicyReplacement',
})

const wholeReach = z
  .strictObject({ groups: z.array(z.string()), roles: z.array(z.string()), user_groups: z.array(z.string()) })
  .meta({ id: 'WholePolicyReach' })

const orNull = z.number().nullable()
const wholeRules = z
  .strictObject({
    types: z.array(z.string()).nullable(),
    interpreters: z.array(z.string()).nullable(),
    run_as: z.strictObject({
      users: z.array(z.string()).nullable(),
      default: z.string().nullable(),
      not_server: z.boolean(),
    }),
    working_dirs: z.array(z.string()).nullable(),
    limits: z.strictObject({
      timeout_seconds: orNull,
      memory_bytes: orNull,
      cpus: orNull,
      processes: orNull,
      open_files: orNull,
      max_attempts: orNull,
      max_concurrent: orNull,
    }),
    network: z.strictObject({ allow: z.array(z.string()).nullable(), deny: z.array(z.string()) }),
    commands: z.strictObject({
      allow: z.array(z.strictObject({ command: z.string(), args: z.array(z.string()), reason: z.string() })).nullable(),
      deny: z.array(z.strictObject({ pattern: z.string(), reason: z.string() })),
    }),
    requires_approval: z.boolean(),
  })
  .meta({ id: 'WholePolicyRules' })

const nullableInstant = z.string().nullable()

export const policy = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    applies_to: wholeReach,
    rules: wholeRules,
    version: z.int(),
    created_at: z.string(),
    created_by: z.string().nullable(),
    updated_at: z.string(),
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'Policy' })

export const policyList = z.strictObject({ policies: z.array(policy) }).meta({ id: 'PolicyList' })

export const policyCheckInput = strict({ policy: policyInput.exactOptional() }).meta({
  id: 'PolicyCheckInput',
  description: 'A policy as it would be; without one those in force are asked.',
})

export const policyCheck = z
  .strictObject({
    checked: z.int().meta({ description: 'Tasks that were looked at.' }),
    violating: z.int().meta({ description: 'Of those, how many do not comply.' }),
    tasks: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          group: z.string().nullable(),
          violations: z.array(
            z.strictObject({ path: z.string(), code: z.string(), policy: z.string(), message: sentence() }),
          ),
        }),
      )
      .meta({ description: 'The first 200 of them.' }),
  })
  .meta({ id: 'PolicyCheck' })

const document = z.record(z.string(), z.json()).nullable()

export const changeRequest = z
  .strictObject({
    id: z.string(),
    subject: z.enum(['task', 'policy']),
    action: z.enum(['create', 'update', 'delete', 'restore', 'purge']),
    state: z.enum(['pending', 'approved', 'rejected', 'withdrawn', 'expired']),
    name: z.string().meta({ description: 'Of the task or policy.' }),
    task_id: z.string().nullable(),
    task_version: z.int().nullable().meta({ description: 'The version it was made against.' }),
    group: z.string().nullable(),
    before: document.meta({ description: 'The document as it was; secrets are masked.' }),
    after: document.meta({ description: 'As it will be; null: it will be gone.' }),
    requested_by: z.string(),
    is_own: z.boolean().meta({ description: 'Made by whoever asks, who cannot approve it.' }),
    may_decide: z.boolean().meta({ description: 'Whoever asks may approve or reject it.' }),
    created_at: z.string(),
    expires_at: z.string(),
    decided_by: z.string().nullable(),
    decided_at: nullableInstant,
    reason: z.string().nullable().meta({ description: 'Given with the decision.' }),
  })
  .meta({ id: 'ChangeRequest' })

export const changeRequestList = z
  .strictObject({
    total: z.int(),
    page: z.int(),
    limit: z.int(),
    next_cursor: z.string().nullable(),
    approvals: z.array(changeRequest),
  })
  .meta({ id: 'ChangeRequestList' })

export const changeRequestQuery = strict({
  page: z.int().min(1).max(1_000_000).exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
  state: z.enum(['pending', 'approved', 'rejected', 'withdrawn', 'expired']).exactOptional(),
})

export const decisionInput = strict({ reason: text(1_000).exactOptional() }).meta({ id: 'DecisionInput' })
export const rejectionInput = strict({ reason: text(1_000, 1) }).meta({ id: 'RejectionInput' })
