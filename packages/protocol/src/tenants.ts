import { say } from '@rota/core'
import { z } from 'zod'
import { instant, pageQuery, pageReply, text } from './scalars.ts'
import { strict } from './strict.ts'

const tenantId = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/, say`may hold small letters, digits and -, and starts with a letter or digit.`)
const tenantName = text(200, 1)

export const tenant = z
  .strictObject({
    id: z.string().meta({ description: 'Stands before names of users when they sign in: `ID/USERNAME`.' }),
    name: z.string(),
    disabled: z.boolean(),
    created_at: instant,
    created_by: z.string().nullable(),
    updated_at: instant,
  })
  .meta({ id: 'Tenant' })

export const tenantDetail = z
  .strictObject({
    ...tenant.shape,
    counts: z
      .strictObject({
        tasks: z.int().meta({ description: 'Deleted ones count until they are purged.' }),
        executions: z.int().meta({ description: 'Which have not ended.' }),
        users: z.int(),
        user_groups: z.int(),
        roles: z.int(),
        grants: z.int(),
        secrets: z.int(),
        nodes: z.int(),
        pools: z.int(),
      })
      .meta({ description: 'What it has; it is deleted only when it has nothing.' }),
  })
  .meta({ id: 'TenantDetail' })

export const tenantInput = strict({
  id: tenantId,
  name: tenantName.exactOptional().meta({ description: 'Default: the id.' }),
}).meta({ id: 'TenantInput' })

export const tenantChanges = strict({
  name: tenantName.exactOptional(),
  disabled: z
    .boolean()
    .exactOptional()
    .meta({ description: 'Whoever belongs to it is let in no more, until it is enabled.' }),
}).meta({ id: 'TenantChanges' })

export const tenantQuery = strict({ page: pageQuery.page, limit: pageQuery.limit })
export const tenantList = z.strictObject({ ...pageReply, tenants: z.array(tenant) }).meta({ id: 'TenantList' })

export type Tenant = z.output<typeof tenant>
