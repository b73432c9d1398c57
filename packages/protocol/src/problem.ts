import { z } from 'zod'
import { changeRequest } from './policies.ts'
import { anyPermission, kind } from './rights.ts'
import { sentence } from './scalars.ts'

export const fieldError = z
  .strictObject({
    path: z.string().meta({ description: 'Where: `schedule.expression`, `env.PATH`; empty for the whole document.' }),
    message: sentence(),
    position: z.int().exactOptional().meta({ description: 'Zero-based character position inside the field.' }),
    suggestion: z.string().exactOptional(),
  })
  .meta({ id: 'FieldError' })

const missing = z.strictObject({
  permission: anyPermission,
  kind,
  group: z.string().nullable().meta({ description: 'Of tasks, in which it is lacking; null elsewhere.' }),
  can_grant: z.array(z.string()).meta({ description: 'Names of some who may grant it, for those who may view users.' }),
  mend: sentence(),
})

/** RFC 9457 problem details: the body of every error. */
export const problem = z
  .strictObject({
    type: z.string().meta({ description: '`urn:rota:problem:CODE`.' }),
    title: sentence(),
    status: z.int(),
    detail: sentence(),
    errors: z.array(fieldError),
    request_id: z.string(),
    missing: missing.exactOptional().meta({
      description: 'With `forbidden`, where a permission is lacking: which one, and who can grant it.',
    }),
    approval: changeRequest
      .exactOptional()
      .meta({ description: 'With `approval_pending`: the change that waits for a second person.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' })

export const validation = z.strictObject({ valid: z.boolean(), errors: z.array(fieldError) }).meta({ id: 'Validation' })

export type Problem = z.output<typeof problem>
