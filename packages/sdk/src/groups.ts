import { TokensApi, UsersApi } from './access.ts'
import { AuditApi } from './audit.ts'
import { GrantsApi, RolesApi, UserGroupsApi } from './grants.ts'
import { NodesApi, PoolsApi } from './nodes.ts'
import { ApprovalsApi, PoliciesApi } from './policies.ts'
import { LedgerApi, SchedulesApi, StatsApi } from './schedules.ts'
import { SecretsApi } from './secrets.ts'
import { TasksApi } from './tasks.ts'
import { TenantsApi } from './tenants.ts'
import type { Transport } from './transport.ts'

export type { ChangeOptions, CreateOptions } from './tasks.ts'

/** Methods for one kind of thing each that need nothing but the way to the server, by the name a client has for them. */
const GROUPS = {
  tasks: TasksApi,
  schedules: SchedulesApi,
  ledger: LedgerApi,
  stats: StatsApi,
  tokens: TokensApi,
  users: UsersApi,
  roles: RolesApi,
  userGroups: UserGroupsApi,
  grants: GrantsApi,
  secrets: SecretsApi,
  policies: PoliciesApi,
  approvals: ApprovalsApi,
  audit: AuditApi,
  tenants: TenantsApi,
  nodes: NodesApi,
  pools: PoolsApi,
} as const

export type Groups = { readonly [Name in keyof typeof GROUPS]: InstanceType<(typeof GROUPS)[Name]> }

export function createGroups(http: Transport): Groups {
  return Object.fromEntries(Object.entries(GROUPS).map(([name, Group]) => [name, new Group(http)])) as unknown as Groups
}
