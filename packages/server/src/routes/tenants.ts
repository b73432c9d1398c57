import { tenant, tenantChanges, tenantDetail, tenantInput, tenantList, tenantQuery } from '@rota/protocol'
import { type AnyRoute, defineRoute } from '../route.ts'
import { changeTenant, createTenant, listTenants, readTenant, removeTenant } from '../tenants.ts'

const BASE = '/api/scheduler/tenants'
const common = { tag: 'Tenants', needs: { may: 'manage', on: 'tenant' } } as const

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'view', on: 'tenant' },
  tag: 'Tenants',
  summary: 'List tenants',
  description: 'For callers who belong to none. The header `Rota-Tenant: ID` on any request chooses one of them.',
  query: tenantQuery,
  reply: tenantList,
  handler: ({ services, query: { page = 1, limit = 50 } }) => listTenants(services, page, limit),
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  summary: 'Make a tenant',
  description: 'Its first user is made with the header `Rota-Tenant: ID`.',
  body: tenantInput,
  status: 201,
  reply: tenant,
  errors: [409],
  isIdempotent: true,
  location: (made: { id: string }) => `${BASE}/${made.id}`,
  handler: ({ services, caller, body }) => createTenant(services, caller, body),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:tenant`,
  summary: 'Read a tenant, with what it has',
  reply: tenantDetail,
  errors: [404],
  handler: ({ services, params }) => readTenant(services, params.tenant!),
})

const change = defineRoute({
  ...common,
  method: 'PUT',
  url: `${BASE}/:tenant`,
  summary: 'Rename a tenant, or disable it',
  description:
    'Nobody who belongs to a disabled tenant is let in, with whatever credential. Its tasks go on; pause them with the header `Rota-Tenant`.',
  body: tenantChanges,
  reply: tenantDetail,
  errors: [404],
  handler: ({ services, caller, params, body }) =>
    changeTenant(services, caller, { id: params.tenant!, changes: body }),
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:tenant`,
  summary: 'Delete a tenant that has nothing',
  description: 'Its id is not given again: histories may tell of it yet.',
  status: 204,
  reply: null,
  errors: [404, 409],
  handler: ({ services, caller, params }) => removeTenant(services, caller, params.tenant!),
})

export const tenantRoutes: AnyRoute[] = [list, create, read, change, remove]
