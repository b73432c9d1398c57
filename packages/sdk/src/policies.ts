import { readPage } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  ChangeRequest,
  ChangeRequestQuery,
  ListPage,
  Policy,
  PolicyCheck,
  PolicyInput,
  PolicyReplacement,
} from './types.ts'

/** What tasks are held to. */
export class PoliciesApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  async list(): Promise<Policy[]> {
    return (await this.#http.json<{ policies: Policy[] }>('GET', '/api/scheduler/policies')).policies
  }

  get(name: string): Promise<Policy> {
    return this.#http.json('GET', `/api/scheduler/policies/${encodeURIComponent(name)}`)
  }

  create(input: PolicyInput): Promise<Policy> {
    return this.#http.json('POST', '/api/scheduler/policies', { body: input })
  }

  /** Makes it when there is none. Throws an ApiError `approval_pending` where it must wait for a second person. */
  set(name: string, input: PolicyReplacement): Promise<Policy> {
    return this.#http.json('PUT', `/api/scheduler/policies/${encodeURIComponent(name)}`, { body: input })
  }

  remove(name: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/policies/${encodeURIComponent(name)}`)
  }

  /** Which tasks do not comply with a policy as it would be, or without one with those in force. */
  check(policy?: PolicyInput): Promise<PolicyCheck> {
    return this.#http.json('POST', '/api/scheduler/policies/check', { body: policy === undefined ? {} : { policy } })
  }
}

/** Changes that wait for a second person. */
export class ApprovalsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: ChangeRequestQuery = {}): Promise<ListPage<ChangeRequest>> {
    return readPage(this.#http, '/api/scheduler/approvals', 'approvals', query)
  }

  get(id: string): Promise<ChangeRequest> {
    return this.#http.json('GET', `/api/scheduler/approvals/${encodeURIComponent(id)}`)
  }

  approve(id: string, reason?: string): Promise<ChangeRequest> {
    return this.#decide(id, 'approve', reason)
  }

  reject(id: string, reason: string): Promise<ChangeRequest> {
    return this.#decide(id, 'reject', reason)
  }

  /** Takes back what one has asked for oneself. */
  withdraw(id: string, reason?: string): Promise<ChangeRequest> {
    return this.#decide(id, 'withdraw', reason)
  }

  #decide(id: string, verb: 'approve' | 'reject' | 'withdraw', reason: string | undefined): Promise<ChangeRequest> {
    const body = reason === undefined ? {} : { reason }
    return this.#http.json('POST', `/api/scheduler/approvals/${encodeURIComponent(id)}/${verb}`, { body })
  }
}
