import { z } from 'zod'
import { changeRequest } from './policies.ts'
import { sentence } from './scalars.ts'

export const fieldError = z
  .strictObject({
    path: z.string().meta({ description: 'Where: `schedule.expression`, `env.PATH`; empty for the whole document.' }),
    message: sentence(),
    position: z.int().exactOptional().meta({ description: 'Zero-based character position inside the field.' }),
    suggestion: z.string().exactOptional(),
  })
  .meta({ id: 'FieldError' })

/** RFC 9457 problem details: the body of every error. */
export const problem = z
  .strictObject({
    type: z.string().meta({ description: '`urn:rota:problem:CODE`.' }),
    title: sentence(),
    status: z.int(),
    detail: sentence(),
    errors: z.array(fieldError),
    request_id: z.string(),
    approval: changeRequest
      .exactOptional()
      .meta({ description: 'With `approval_pending`: the change that waits for a second person.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' })

export const validation = z.strictObject({ valid: z.boolean(), errors: z.array(fieldError) }).meta({ id: 'Validation' })

export type Problem = z.output<typeof problem>
