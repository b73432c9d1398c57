import {
  memberInput,
  userGroup,
  userGroupChanges,
  userGroupDetail,
  userGroupInput,
  userGroupList,
  userGroupQuery,
} from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import {
  addMember,
  changeUserGroup,
  createUserGroup,
  listUserGroups,
  readUserGroup,
  removeMember,
  removeUserGroup,
} from '../user-groups.ts'

const BASE = '/api/scheduler/user-groups'
const common = { tag: 'Access', idOf: 'user group', needs: { may: 'manage', on: 'user' } } as const

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'manage', on: 'user' },
  tag: 'Access',
  summary: 'List user groups',
  query: userGroupQuery,
  reply: userGroupList,
  handler: ({ services, caller, query }) => listUserGroups(services, caller.scope, query),
})

const create = defineRoute({
  method: 'POST',
  url: BASE,
  needs: { may: 'manage', on: 'user' },
  tag: 'Access',
  summary: 'Make a user group',
  body: userGroupInput,
  status: 201,
  reply: userGroup,
  errors: [409],
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services, caller, body }) => createUserGroup(services, caller, body),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  summary: 'Read a user group with its members',
  reply: userGroupDetail,
  handler: ({ services, caller, params }) => readUserGroup(services, caller.scope, params.id!),
})

const change = defineRoute({
  ...common,
  method: 'PATCH',
  url: `${BASE}/:id`,
  summary: 'Change a user group',
  body: userGroupChanges,
  reply: userGroupDetail,
  errors: [409],
  handler: ({ services, caller, params, body }) => changeUserGroup(services, caller, { id: params.id!, changes: body }),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  summary: 'Delete a user group and what is granted to it',
  status: 204,
  reply: null,
  handler: ({ services, caller, params }) => removeUserGroup(services, caller, params.id!),
})

const add = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/members`,
  summary: 'Take a user or a group into a user group',
  body: memberInput,
  reply: userGroupDetail,
  errors: [409],
  handler: ({ services, caller, params, body }) => addMember(services, caller, { id: params.id!, member: body }),
})

const drop = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id/members/:kind/:member`,
  summary: 'Take a user or a group out of a user group',
  status: 204,
  reply: null,
  handler: ({ services, caller, params }) => {
    const kind = params.kind === 'group' ? 'group' : 'user'
    return removeMember(services, caller, { id: params.id!, member: { kind, id: params.member! } })
  },
})

export const userGroupRoutes: AnyRoute[] = [list, create, read, change, remove, add, drop]
