/** Rows are as stored; the migration `tenants` says what each column means. */
export interface TenantRow {
  id: string
  name: string
  disabled: number
  created_at: number
  created_by: string | null
  updated_at: number
  deleted_at: number | null
}

/** What a tenant has that keeps it from being deleted. */
export interface TenantHoldings {
  tasks: number
  executions: number
  users: number
  user_groups: number
  roles: number
  grants: number
  secrets: number
  nodes: number
  pools: number
}

export interface TenantStore {
  /** By id, without those that were deleted. */
  list(offset: number, limit: number): Promise<{ total: number; rows: TenantRow[] }>
  /** Undefined for one that was deleted, too. */
  byId(id: string): Promise<TenantRow | undefined>
  /** False when the id is taken, or was once. */
  insert(row: TenantRow): Promise<boolean>
  update(id: string, values: Partial<TenantRow>): Promise<void>
  /** Of what is there now: tasks also where they are deleted and not yet forgotten, executions that have not ended. */
  holdings(id: string): Promise<TenantHoldings>
  /** False when it has anything, or there is none. */
  removeEmpty(id: string, now: number): Promise<boolean>
}
