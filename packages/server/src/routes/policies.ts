import {
  parse,
  policy,
  policyCheck,
  policyCheckInput,
  policyInput,
  policyList,
  policyReplacement,
} from '@rota/protocol'
import { expectedVersion } from '../http/preconditions.ts'
import { createPolicy, listPolicies, readPolicy, removePolicy, replacePolicy } from '../policies.ts'
import { checkPolicies } from '../policy-check.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/policies'
const common = { tag: 'Policies', needs: { may: 'manage', on: 'configuration' } } as const

const list = defineRoute({
  ...common,
  method: 'GET',
  url: BASE,
  summary: 'List policies',
  reply: policyList,
  handler: ({ services, caller }) => listPolicies(services, caller),
})

const create = defineRoute({
  ...common,
  method: 'POST',
  url: BASE,
  summary: 'Make a policy; holds within five seconds on every server',
  body: policyInput,
  bodySize: 'document',
  status: 201,
  reply: policy,
  hasEtag: true,
  errors: [409],
  isIdempotent: true,
  location: (made: { name: string }) => `${BASE}/${made.name}`,
  handler: ({ services, caller, body }) => createPolicy(services, caller, body as Parameters<typeof createPolicy>[2]),
})

const check = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/check`,
  summary: 'Say which tasks do not comply',
  description:
    'With a policy as it would be, which is not saved, or without one with those in force. Tasks that are switched off are left out.',
  body: policyCheckInput,
  bodySize: 'document',
  isBodyOptional: true,
  reply: policyCheck,
  handler: ({ services, caller, body }) =>
    checkPolicies(services, caller, body.policy as Parameters<typeof checkPolicies>[2]),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:policy`,
  summary: 'Read a policy',
  reply: policy,
  hasEtag: true,
  errors: [404],
  handler: ({ services, caller, params }) => readPolicy(services, caller, params.policy!),
})

const replace = defineRoute({
  ...common,
  method: 'PUT',
  url: `${BASE}/:policy`,
  summary: 'Make or replace a policy; holds within five seconds on every server',
  description: 'One that asks for approvals is itself changed only with the approval of a second person.',
  body: policyReplacement,
  bodySize: 'document',
  reply: policy,
  hasEtag: true,
  hasPrecondition: true,
  isApprovable: true,
  errors: [404, 409],
  handler: ({ services, caller, params, body, request }) => {
    const { version, ...input } = body
    const ifVersion = expectedVersion(request, version)
    const { name } = parse(policyInput.pick({ name: true }), { name: params.policy })
    return replacePolicy(services, caller, {
      name,
      input: input as Parameters<typeof replacePolicy>[2]['input'],
      ifVersion,
    })
  },
})

const remove = defineRoute({
  ...common,
  method: 'DELETE',
  url: `${BASE}/:policy`,
  summary: 'Delete a policy',
  status: 204,
  reply: null,
  hasPrecondition: true,
  isApprovable: true,
  errors: [404, 409],
  handler: ({ services, caller, params, request }) =>
    removePolicy(services, caller, { name: params.policy!, ifVersion: expectedVersion(request) }),
})

export const policyRoutes: AnyRoute[] = [list, create, check, read, replace, remove]
