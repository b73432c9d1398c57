import { z } from 'zod'
import { executionPhase, executionStatus } from './execution.ts'
import { LIMITS } from './limits.ts'
import { fieldError } from './problem.ts'
import { id, sentence, text } from './scalars.ts'
import { strict } from './strict.ts'
import { taskFields, taskInput } from './task.ts'
import { taskStatus } from './task-view.ts'

/** What may differ when a task is run by hand. */
export const runInput = strict({
  params: taskFields.params,
  env: taskFields.env,
  priority: taskFields.priority,
}).meta({ id: 'RunInput', description: 'Overrides for this one execution.' })

/** What becomes of a run that was asked for. */
export const runOutlook = {
  status: executionStatus,
  phase: executionPhase.nullable(),
  reason: z.string().nullable().meta({ description: 'What it waits for: `task_limit`, or the name of a limit.' }),
  waits_for: z
    .strictObject({ limit: z.string(), max: z.int(), holders: z.array(z.string()), ahead: z.int() })
    .nullable()
    .meta({ description: 'The limit that is full, the executions that hold it, and how many wait before this one.' }),
  replaces: z.array(z.string()).meta({ description: 'Executions that are cancelled for it, by the policy `replace`.' }),
}

export const runReply = z
  .strictObject({ execution_id: id, task_id: z.string().nullable(), ...runOutlook })
  .meta({ id: 'RunReply' })

export const resumeInput = strict({
  backlog: z
    .enum(['skip', 'last', 'all'])
    .exactOptional()
    .meta({ description: 'What becomes of the occurrences that fell due while paused.' }),
}).meta({ id: 'ResumeInput' })

export const restoreInput = strict({
  name: taskFields.name.meta({
    description: 'What the task is called from now on, where another one has taken its name.',
  }),
}).meta({ id: 'RestoreInput' })

export const stopReply = z.strictObject({ cancelled: z.array(id) }).meta({ id: 'StopReply' })

export const bulkInput = strict({
  action: z.enum(['enable', 'disable', 'delete', 'restore', 'run', 'pause', 'resume', 'move']),
  ids: z.array(text(64, 1)).min(1).max(LIMITS.batch).exactOptional(),
  filter: strict({
    group: text(200).exactOptional(),
    status: taskStatus.exactOptional(),
    type: text(100).exactOptional(),
    tag: text(100).exactOptional(),
    q: text(200).exactOptional(),
  })
    .exactOptional()
    .meta({ description: 'Instead of `ids`: as in the list of tasks. `{}` is every task.' }),
  group: taskFields.group.meta({ description: 'Where `move` puts the tasks; null takes them out of any group.' }),
  dry_run: z.boolean().exactOptional().meta({ description: 'Only says what would be hit.' }),
  limit: z.int().min(1).max(LIMITS.batch).exactOptional().meta({
    description: 'Tasks of a filter that one request acts on, default 1,000. Go on with `cursor`.',
  }),
  cursor: text(1_000).exactOptional().meta({ description: '`next_cursor` of the request before.' }),
}).meta({ id: 'BulkInput' })

export const bulkReply = z
  .strictObject({
    dry_run: z.boolean(),
    total: z.int().meta({ description: 'Tasks that ids or filter name.' }),
    sample: z.array(z.strictObject({ id: z.string(), name: z.string() })).meta({ description: 'The first of them.' }),
    succeeded: z.int(),
    failed: z.int(),
    results: z.array(z.strictObject({ id: z.string(), ok: z.boolean(), error: sentence().nullable() })),
    next_cursor: z.string().nullable().meta({ description: 'Null when no more are left.' }),
  })
  .meta({ id: 'BulkReply', description: 'Each task is answered for itself.' })

const importFields = {
  dry_run: z.boolean().exactOptional().meta({ description: 'Only says what would become of each document.' }),
}

/** Documents as they come: each is checked for itself, so that one with a mistake does not stop the others. */
export const taskImportBody = strict({ tasks: z.array(z.unknown()).min(1).max(LIMITS.batch), ...importFields })

export const taskImportInput = strict({
  tasks: z.array(taskInput).min(1).max(LIMITS.batch).meta({
    description:
      'Documents as the export writes them. A request has at most as many bytes as `http.body_limit_bytes` says, and 50,000 values; of more make several.',
  }),
  ...importFields,
}).meta({ id: 'TaskImportInput' })

export const taskImportReply = z
  .strictObject({
    dry_run: z.boolean(),
    imported: z.int().meta({ description: 'With `dry_run`: those that would be.' }),
    refused: z.int(),
    results: z.array(
      z.strictObject({
        name: z.string().nullable(),
        id: z.string().nullable().meta({ description: 'Of the task that was made.' }),
        ok: z.boolean(),
        code: z.string().nullable().meta({ description: 'Why it was refused: the last part of a problem’s `type`.' }),
        error: sentence().nullable(),
        errors: z.array(fieldError),
      }),
    ),
  })
  .meta({ id: 'TaskImportReply', description: 'Each document is answered for itself, in the order of the request.' })

export const validateQuery = strict({
  id: text(64).exactOptional().meta({ description: 'The task to be changed; without it a new one is checked.' }),
})
