import { readPage } from './pages.ts'
import type { Transport } from './transport.ts'
import type { ListPage, PageQuery, Tenant, TenantChanges, TenantDetail, TenantInput } from './types.ts'

/** Those who share a server without seeing one another; for callers who belong to none. */
export class TenantsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: PageQuery = {}): Promise<ListPage<Tenant>> {
    return readPage(this.#http, '/api/scheduler/tenants', 'tenants', query)
  }

  get(id: string): Promise<TenantDetail> {
    return this.#http.json('GET', `/api/scheduler/tenants/${encodeURIComponent(id)}`)
  }

  create(input: TenantInput): Promise<Tenant> {
    return this.#http.json('POST', '/api/scheduler/tenants', { body: input })
  }

  update(id: string, changes: TenantChanges): Promise<TenantDetail> {
    return this.#http.json('PUT', `/api/scheduler/tenants/${encodeURIComponent(id)}`, { body: changes })
  }

  remove(id: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/tenants/${encodeURIComponent(id)}`)
  }
}
