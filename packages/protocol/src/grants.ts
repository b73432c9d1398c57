import { say } from '@rota/core'
import { z } from 'zod'
import { anyPermission, kind, rights } from './rights.ts'
import { exactInstant, id, instant, pageQuery, pageReply, text } from './scalars.ts'
import { strict } from './strict.ts'

const roleName = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[a-z][a-z0-9_-]*$/, say`may hold small letters, digits, _ and -, and starts with a letter.`)

export const roleView = z
  .strictObject({
    name: z.string(),
    tenant_id: z.string().nullable().meta({ description: 'Whose it is; null for none.' }),
    built_in: z.boolean(),
    description: z.string(),
    permissions: z.array(anyPermission).meta({ description: 'On any kind, each once.' }),
    rights,
    created_at: instant.nullable(),
    created_by: z.string().nullable(),
  })
  .meta({ id: 'RoleView' })

export const roleViews = z.strictObject({ roles: z.array(roleView) }).meta({ id: 'RoleList' })

export const roleInput = strict({
  name: roleName,
  description: text(500).exactOptional(),
  rights: rights.meta({
    description: 'Whoever may do anything with a kind of thing may view it, too: `view` is added.',
  }),
}).meta({ id: 'RoleInput' })

export const roleChanges = strict({
  description: text(500).exactOptional(),
  rights: rights.exactOptional(),
}).meta({ id: 'RoleChanges' })

const groupName = text(100, 1).regex(
  /^[\p{L}\p{N}][\p{L}\p{N} ._@/-]*$/u,
  say`may hold letters, digits, spaces and . _ @ / - and starts with a letter or digit.`,
)

const member = z.strictObject({ kind: z.enum(['user', 'group']), id: z.string(), name: z.string() })

export const userGroup = z
  .strictObject({
    id,
    tenant_id: z.string().nullable().meta({ description: 'Whose it is; null for none.' }),
    name: z.string(),
    description: z.string(),
    members: z.int().meta({ description: 'How many it has itself.' }),
    created_at: instant,
    created_by: z.string().nullable(),
    updated_at: instant,
  })
  .meta({ id: 'UserGroup' })

export const userGroupDetail = z
  .strictObject({ ...userGroup.shape, member_list: z.array(member) })
  .meta({ id: 'UserGroupDetail' })

export const userGroupInput = strict({ name: groupName, description: text(500).exactOptional() }).meta({
  id: 'UserGroupInput',
})
export const userGroupChanges = strict({
  name: groupName.exactOptional(),
  description: text(500).exactOptional(),
}).meta({ id: 'UserGroupChanges' })
export const userGroupQuery = strict({ page: pageQuery.page, limit: pageQuery.limit })
export const userGroupList = z
  .strictObject({ ...pageReply, user_groups: z.array(userGroup) })
  .meta({ id: 'UserGroupList' })

export const memberInput = strict({ kind: z.enum(['user', 'group']), id: text(64, 1) }).meta({
  id: 'MemberInput',
  description: 'A user or a group; an id or a name.',
})

const subject = strict({
  kind: z.enum(['user', 'group', 'token']),
  id: text(100, 1).meta({ description: 'An id or a name; of a token its id.' }),
})
const end = exactInstant.nullable().exactOptional().meta({
  description: 'From this instant on it counts for nothing. Null or absent: it has no end.',
})
const scope = strict({
  kind: z.enum(['global', 'group', 'task']),
  id: text(200)
    .nullable()
    .exactOptional()
    .meta({ description: 'A group, which stands for all below it, too, or the id of a task; null for `global`.' }),
})

export const grant = z
  .strictObject({
    id,
    tenant_id: z.string().nullable().meta({ description: 'Whose it is; null for none.' }),
    subject: z.strictObject({ kind: z.enum(['user', 'group', 'token']), id: z.string(), name: z.string().nullable() }),
    role: z.string(),
    scope: z.strictObject({
      kind: z.enum(['global', 'group', 'task']),
      id: z.string().nullable(),
      name: z.string().nullable().meta({ description: 'Of a task.' }),
    }),
    source: z.string().nullable().meta({ description: 'Who gives and takes it by itself; null: a person.' }),
    created_at: instant,
    created_by: z.string().nullable(),
    expires_at: instant.nullable().meta({ description: 'When it ends; null: never.' }),
    expired: z.boolean().meta({ description: 'It has ended, and counts for nothing.' }),
  })
  .meta({ id: 'Grant' })

export const grantInput = strict({ subject, role: text(50, 1), scope, expires_at: end }).meta({ id: 'GrantInput' })

export const grantChanges = strict({ expires_at: end }).meta({ id: 'GrantChanges' })

export const grantQuery = strict({
  page: pageQuery.page,
  limit: pageQuery.limit,
  user: text(100, 1).exactOptional().meta({ description: 'Given to this user; an id or a name.' }),
  user_group: text(100, 1).exactOptional().meta({ description: 'Given to this user group; an id or a name.' }),
  token_id: text(100, 1).exactOptional().meta({ description: 'Given to this API token; an id.' }),
  role: text(50, 1).exactOptional(),
  group: text(200, 1).exactOptional().meta({ description: 'Given on exactly this group of tasks.' }),
  task: text(64, 1).exactOptional().meta({ description: 'Given on this task; an id.' }),
})
export const grantList = z.strictObject({ ...pageReply, grants: z.array(grant) }).meta({ id: 'GrantList' })

/** Why somebody holds something: by the account's own role, by a grant, or by one to a user group. */
const holding = z
  .strictObject({
    grant_id: z.string().nullable().meta({ description: 'Null: the role of the account.' }),
    role: z.string(),
    scope: z.strictObject({ kind: z.enum(['global', 'group', 'task']), id: z.string().nullable() }),
    user_group: z.string().nullable().meta({ description: 'By way of this user group.' }),
    permissions: z.array(anyPermission).meta({ description: 'On the kind that is asked for.' }),
    expires_at: instant.nullable().meta({ description: 'When it ends; null: never.' }),
    expired: z.boolean().meta({ description: 'It has ended, and counts for nothing.' }),
  })
  .meta({ id: 'Holding' })

export const accessQuery = strict({
  user: text(100, 1).exactOptional().meta({ description: 'An id or a name. Default: who asks. Others need `manage`.' }),
  permission: anyPermission.exactOptional().meta({ description: 'Default `view`.' }),
  kind: kind.exactOptional().meta({ description: 'Default `task`.' }),
  task: text(64, 1).exactOptional().meta({ description: 'The id of a task.' }),
  group: text(200, 1).exactOptional().meta({ description: 'A group of tasks.' }),
})

export const accessExplanation = z
  .strictObject({
    user: z.string(),
    permission: anyPermission,
    kind,
    allowed: z.boolean(),
    by: z.array(holding).meta({ description: 'What allows it.' }),
    others: z.array(holding).meta({ description: 'What the user holds besides, which does not.' }),
    missing: z.string().nullable().meta({ description: 'What is missing, in a sentence; null when nothing is.' }),
    narrowed_by_token: z.boolean().meta({
      description: 'The account may, the API token that asks may not: its permissions or its grants leave that out.',
    }),
    can_grant: z.array(z.string()).meta({ description: 'Names of some who may grant it.' }),
  })
  .meta({ id: 'AccessExplanation' })

export const holdersQuery = strict({
  task: text(64, 1).exactOptional().meta({ description: 'The id of a task.' }),
  group: text(200, 1).exactOptional().meta({ description: 'A group of tasks.' }),
})
export const holderList = z
  .strictObject({
    holders: z.array(
      z.strictObject({
        user: z.string().meta({ description: 'Of a tenant, where several are seen: `TENANT/USERNAME`.' }),
        display_name: z.string(),
        permissions: z.array(anyPermission),
        by: z.array(holding),
      }),
    ),
    more: z.boolean().meta({ description: 'There are further accounts, which were not looked at.' }),
  })
  .meta({ id: 'HolderList', description: 'Who may do what with the tasks of a place.' })
