/** Rows as stored; the migration `policies` says what each column means. */
export interface PolicyRow {
  name: string
  tenant_id: string | null
  description: string
  enabled: number
  applies_to: string
  rules: string
  version: number
  created_at: number
  created_by: string | null
  updated_at: number
  updated_by: string | null
}

export interface ChangeRequestRow {
  id: string
  tenant_id: string | null
  subject: 'task' | 'policy'
  deed: string
  digest: string
  name: string
  task_id: string | null
  task_version: number | null
  task_group: string | null
  before_doc: string | null
  after_doc: string | null
  state: 'pending' | 'applying' | 'approved' | 'rejected' | 'withdrawn'
  requested_by: string
  requester: string
  created_at: number
  expires_at: number
  decided_by: string | null
  decider: string | null
  decided_at: number | null
  reason: string | null
}

export interface SafetyTables {
  policies: PolicyRow
  change_requests: ChangeRequestRow
}
