import {
  accessExplanation,
  accessQuery,
  grant,
  grantChanges,
  grantInput,
  grantList,
  grantQuery,
  holderList,
  holdersQuery,
} from '@rota/protocol'
import { explainAccess, holdersOf } from '../access-explained.ts'
import { changeGrant, createGrant, listGrants, readGrant, removeGrant } from '../grants.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/grants'
const common = { tag: 'Access', needs: { may: 'manage', on: 'user' } } as const

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  summary: 'List grants',
  query: grantQuery,
  reply: grantList,
  handler: ({ services, caller, query }) => listGrants(services, caller.scope, query),
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  summary: 'Give a role to a user, a user group or an API token, everywhere, in a group of tasks or on one task',
  description:
    'Grants add up; none takes anything away. The same grant again answers the one that is there, which then lasts as long as the longer of both. A token holds only what is granted to it from its first grant on, of that no more than its owner may, and stays so when the grant ends.',
  body: grantInput,
  status: 201,
  reply: grant,
  errors: [409],
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services, caller, body }) => createGrant(services, caller, body),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  idOf: 'grant',
  summary: 'Read a grant',
  reply: grant,
  handler: ({ services, caller, params }) => readGrant(services, caller.scope, params.id!),
})

const change = defineRoute({
  ...common,
  method: 'PATCH',
  url: `${BASE}/:id`,
  idOf: 'grant',
  summary: 'Let a grant end at another instant, or never',
  description: 'From its end on it counts for nothing. One that has ended may be prolonged.',
  body: grantChanges,
  reply: grant,
  errors: [409],
  handler: ({ services, caller, params, body }) => changeGrant(services, caller, { id: params.id!, changes: body }),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:id`,
  idOf: 'grant',
  summary: 'Take a grant back',
  status: 204,
  reply: null,
  handler: ({ services, caller, params }) => removeGrant(services, caller, params.id!),
})

const explain = defineRoute({
  method: 'GET',
  url: '/api/scheduler/access/explain',
  needs: 'authenticated',
  tag: 'Access',
  summary: 'Why may I, or may I not',
  description:
    'Names the grants that allow something, or what is missing and who can give it. About others: `manage` on users.',
  query: accessQuery,
  reply: accessExplanation,
  errors: [403],
  handler: ({ services, caller, query }) => explainAccess(services, caller, query),
})

const holders = defineRoute({
  ...common,
  method: 'GET',
  url: '/api/scheduler/access/holders',
  summary: 'Who may do what with the tasks of a group, or with one',
  query: holdersQuery,
  reply: holderList,
  handler: ({ services, caller, query }) => holdersOf(services, caller, query),
})

export const grantRoutes: AnyRoute[] = [list, create, read, change, remove, explain, holders]
