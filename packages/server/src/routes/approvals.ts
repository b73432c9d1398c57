import { changeRequest, changeRequestList, changeRequestQuery, decisionInput, rejectionInput } from '@rota/protocol'
import { approve, listApprovals, readApproval, reject, withdraw } from '../approvals.ts'
import { type AnyRoute, defineRoute } from '../route.ts'

const BASE = '/api/scheduler/approvals'
const common = { tag: 'Approvals', idOf: 'approval' } as const

const list = defineRoute({
  method: 'GET',
  url: BASE,
  needs: { may: 'view', on: 'task' },
  tag: 'Approvals',
  summary: 'List changes that wait for a second person, and what became of them',
  description: 'Those that the caller has asked for or may decide, the newest first.',
  query: changeRequestQuery,
  reply: changeRequestList,
  handler: ({ services, caller, query }) => listApprovals(services, caller, query),
})

const read = defineRoute({
  ...common,
  method: 'GET',
  url: `${BASE}/:id`,
  needs: { may: 'view', on: 'task' },
  summary: 'Read a change that waits',
  reply: changeRequest,
  handler: ({ services, caller, params }) => readApproval(services, caller, params.id!),
})

const approval = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/approve`,
  needs: { may: 'manage', on: 'task' },
  summary: 'Approve a change, which is made at once',
  description: 'Whoever asked for it cannot. 409 when what it changes has changed since.',
  body: decisionInput,
  isBodyOptional: true,
  reply: changeRequest,
  errors: [409, 412],
  handler: ({ services, caller, params, body }) => approve(services, caller, { id: params.id!, reason: body.reason }),
})

const rejection = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/reject`,
  needs: { may: 'manage', on: 'task' },
  summary: 'Reject a change',
  body: rejectionInput,
  reply: changeRequest,
  errors: [409],
  handler: ({ services, caller, params, body }) => reject(services, caller, { id: params.id!, reason: body.reason }),
})

const withdrawal = defineRoute({
  ...common,
  method: 'POST',
  url: `${BASE}/:id/withdraw`,
  needs: { may: 'view', on: 'task' },
  summary: 'Withdraw a change that one has asked for',
  body: decisionInput,
  isBodyOptional: true,
  reply: changeRequest,
  errors: [409],
  handler: ({ services, caller, params, body }) => withdraw(services, caller, { id: params.id!, reason: body.reason }),
})

export const approvalRoutes: AnyRoute[] = [list, read, approval, rejection, withdrawal]
