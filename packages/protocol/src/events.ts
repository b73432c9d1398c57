import { NODE_STATES } from '@rota/core'
import { z } from 'zod'
import { executionStatus, failureKind, trigger } from './execution.ts'
import { chosenTenant, id, instant, sentence } from './scalars.ts'
import { strict } from './strict.ts'

export const eventQuery = strict({ tenant: chosenTenant })

const executionId = { id, task_id: z.string().nullable(), at: instant }

/** One thing that happened, as live pages are told: which row to read anew, and the facts that a list shows. */
export const liveChange = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('execution_created'), ...executionId, trigger }),
    z.strictObject({ type: z.literal('execution_started'), ...executionId, lateness_ms: z.number() }),
    z.strictObject({ type: z.literal('execution_retried'), ...executionId, attempt: z.int(), run_at: instant }),
    z.strictObject({
      type: z.literal('execution_finished'),
      ...executionId,
      status: executionStatus,
      failure: failureKind.nullable(),
      trigger,
      duration_ms: z.number().nullable(),
    }),
    z
      .strictObject({ type: z.literal('execution_fenced'), ...executionId, attempt: z.int() })
      .meta({ description: 'Others have taken it over while an instance was running this attempt.' }),
    z
      .strictObject({
        type: z.literal('instance_fenced'),
        at: instant,
        instance_id: z.string(),
        silent_ms: z.number().nullable(),
        given_back: z.int(),
        executions: z.int(),
      })
      .meta({ description: 'An instance had lost its lease; so many executions that it ran are in others’ hands.' }),
    z.strictObject({ type: z.literal('task_changed'), id, at: instant, change: z.string() }),
    z
      .strictObject({
        type: z.literal('node_changed'),
        id: z.string(),
        tenant_id: z.string().nullable(),
        at: instant,
        status: z.enum([...NODE_STATES, 'removed']),
        reason: sentence(),
      })
      .meta({ description: 'A node has come, does otherwise than before, or is none any more.' }),
    z
      .strictObject({ type: z.literal('pools_applied'), at: instant, version: z.int() })
      .meta({ description: 'What is known of pools is another version now.' }),
    z.strictObject({ type: z.literal('clock_set_back'), at: instant, by_ms: z.number() }),
    z.strictObject({ type: z.literal('degraded'), at: instant, reason: sentence() }),
    z.strictObject({ type: z.literal('recovered'), at: instant }),
  ])
  .meta({ id: 'LiveChange' })

export type LiveChange = z.output<typeof liveChange>
