import { readPage } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  AccessExplanation,
  AccessQuestion,
  Grant,
  GrantChanges,
  GrantInput,
  GrantQuery,
  ListPage,
  PageQuery,
  RoleChanges,
  RoleInput,
  RoleView,
  UserGroup,
  UserGroupChanges,
  UserGroupDetail,
  UserGroupInput,
} from './types.ts'

/** Roles, the built-in ones and those that were made. */
export class RolesApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  async list(): Promise<RoleView[]> {
    return (await this.#http.json<{ roles: RoleView[] }>('GET', '/api/scheduler/roles')).roles
  }

  create(input: RoleInput): Promise<RoleView> {
    return this.#http.json('POST', '/api/scheduler/roles', { body: input })
  }

  update(name: string, changes: RoleChanges): Promise<RoleView> {
    return this.#http.json('PATCH', `/api/scheduler/roles/${encodeURIComponent(name)}`, { body: changes })
  }

  remove(name: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/roles/${encodeURIComponent(name)}`)
  }
}

/** Groups of users, which grants can be given to. */
export class UserGroupsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: PageQuery = {}): Promise<ListPage<UserGroup>> {
    return readPage(this.#http, '/api/scheduler/user-groups', 'user_groups', query)
  }

  get(id: string): Promise<UserGroupDetail> {
    return this.#http.json('GET', `/api/scheduler/user-groups/${encodeURIComponent(id)}`)
  }

  create(input: UserGroupInput): Promise<UserGroup> {
    return this.#http.json('POST', '/api/scheduler/user-groups', { body: input })
  }

  update(id: string, changes: UserGroupChanges): Promise<UserGroupDetail> {
    return this.#http.json('PATCH', `/api/scheduler/user-groups/${encodeURIComponent(id)}`, { body: changes })
  }

  remove(id: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/user-groups/${encodeURIComponent(id)}`)
  }

  /** `id` of the member: an id or a name. */
  addMember(id: string, member: { kind: 'user' | 'group'; id: string }): Promise<UserGroupDetail> {
    return this.#http.json('POST', `/api/scheduler/user-groups/${encodeURIComponent(id)}/members`, { body: member })
  }

  removeMember(id: string, member: { kind: 'user' | 'group'; id: string }): Promise<void> {
    const path = `/api/scheduler/user-groups/${encodeURIComponent(id)}/members/${member.kind}`
    return this.#http.json('DELETE', `${path}/${encodeURIComponent(member.id)}`)
  }
}

/** Who may do what where. */
export class GrantsApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: GrantQuery = {}): Promise<ListPage<Grant>> {
    return readPage(this.#http, '/api/scheduler/grants', 'grants', query)
  }

  create(input: GrantInput): Promise<Grant> {
    return this.#http.json('POST', '/api/scheduler/grants', { body: input })
  }

  /** Lets it end at another instant, or (null) never. */
  update(id: string, changes: GrantChanges): Promise<Grant> {
    return this.#http.json('PATCH', `/api/scheduler/grants/${encodeURIComponent(id)}`, { body: changes })
  }

  remove(id: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/grants/${encodeURIComponent(id)}`)
  }

  /** Why somebody may do something, or what is missing. */
  explain(query: AccessQuestion = {}): Promise<AccessExplanation> {
    return this.#http.json('GET', '/api/scheduler/access/explain', { query })
  }
}
