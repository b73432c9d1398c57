import { z } from 'zod'
import { executionStatus } from './execution.ts'
import { LIMITS } from './limits.ts'
import { id, stringMap, text } from './scalars.ts'
import { strict } from './strict.ts'
import { params, taskFields } from './task.ts'

/** What may differ when a task is run by hand. */
export const runInput = strict({
  params: params.exactOptional(),
  env: stringMap.exactOptional(),
  priority: taskFields.priority,
}).meta({ id: 'RunInput', description: 'Overrides for this one execution.' })

export const runReply = z
  .strictObject({ execution_id: id, status: executionStatus, task_id: z.string().nullable() })
  .meta({ id: 'RunReply' })

export const resumeInput = strict({
  backlog: z
    .enum(['skip', 'last', 'all'])
    .exactOptional()
    .meta({ description: 'What becomes of the occurrences that fell due while paused.' }),
}).meta({ id: 'ResumeInput' })

export const stopReply = z.strictObject({ cancelled: z.array(id) }).meta({ id: 'StopReply' })

export const bulkInput = strict({
  action: z.enum(['enable', 'disable', 'delete', 'run', 'pause', 'resume']),
  ids: z.array(text(64, 1)).min(1).max(LIMITS.batch),
}).meta({ id: 'BulkInput' })

export const bulkReply = z
  .strictObject({
    succeeded: z.int(),
    failed: z.int(),
    results: z.array(z.strictObject({ id: z.string(), ok: z.boolean(), error: z.string().nullable() })),
  })
  .meta({ id: 'BulkReply', description: 'Each task is answered for itself.' })

export const validateQuery = strict({
  id: text(64).exactOptional().meta({ description: 'The task to be changed; without it a new one is checked.' }),
})
