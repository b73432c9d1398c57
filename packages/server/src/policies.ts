import {
  type Caller,
  changesOf,
  drafted,
  type FieldError,
  invalid,
  isRole,
  isWithin,
  notFound,
  type PolicyReach,
  ROLES,
  RotaError,
  say,
  tenantOf,
  type WrittenRules,
  wholeReach,
  wholeRules,
} from '@rota/core'
import { hostRuleProblem } from '@rota/executors'
import { usernameKey } from './auth/users.ts'
import { holdPolicyChange } from './held-changes.ts'
import type { PolicyRow } from './policy-rows.ts'
import type { Services } from './services.ts'
import { inTenant, keyIn, nameIn } from './tenancy.ts'

export type PolicyParts = Pick<
  Services,
  'policyStore' | 'policyBook' | 'accessStore' | 'clock' | 'newId' | 'config' | 'changeRequests'
>

/** A policy as somebody writes it. */
export interface PolicyInput {
  description?: string
  enabled?: boolean
  applies_to?: Partial<PolicyReach>
  rules: WrittenRules
}

/** By name. */
export async function listPolicies(parts: PolicyParts, caller: Caller) {
  const rows = (await parts.policyStore.list()).filter((row) => isOf(caller, row))
  return { policies: await Promise.all(rows.map((row) => toPolicy(parts, row))) }
}

/** Throws `not_found`. */
export async function readPolicy(parts: PolicyParts, caller: Caller, name: string) {
  return toPolicy(parts, await rowOf(parts, caller, name))
}

/** Throws `invalid`, and `conflict` for a name that is taken. */
export async function createPolicy(parts: PolicyParts, caller: Caller, input: PolicyInput & { name: string }) {
  const now = parts.clock.now()
  const { name } = input
  const row: PolicyRow = {
    name,
    tenant_id: tenantOf(caller.scope),
    ...(await columnsOf(parts, tenantOf(caller.scope), input)),
    version: 1,
    created_at: now,
    created_by: caller.name,
    updated_at: now,
    updated_by: caller.name,
  }
  const entry = drafted(caller, { kind: 'policy', id: name, name, action: 'created', after: auditedPolicy(row) }, now)
  if (!(await parts.policyStore.insert(row, entry))) {
    throw new RotaError('conflict', say`There is already a policy ${input.name}.`, [
      { path: 'name', message: say`is taken.` },
    ])
  }
  await parts.policyBook.load()
  return toPolicy(parts, row)
}

/**
 * Puts a policy in the place of what its name stood for; makes it when there is none. Throws `invalid`, `stale_version`,
 * and `approval_pending` where a policy that asks for approvals would be changed.
 */
export async function replacePolicy(
  parts: PolicyParts,
  caller: Caller,
  { name, input, ifVersion }: { name: string; input: PolicyInput; ifVersion: number | null },
) {
  const before = await parts.policyStore.byName(name)
  if (before === undefined && ifVersion === null) return createPolicy(parts, caller, { ...input, name })
  const row = await rowOf(parts, caller, name)
  if (ifVersion !== null && ifVersion !== row.version) throw stale(row.version, ifVersion)
  const columns = await columnsOf(parts, row.tenant_id, input)
  const now = parts.clock.now()
  const next = { ...row, ...columns, version: row.version + 1, updated_at: now, updated_by: caller.name }
  if (isProtecting(row)) {
    await holdPolicyChange(parts, caller, {
      deed: { action: 'update', input },
      row,
      before: await toPolicy(parts, row),
      after: await toPolicy(parts, next),
    })
  }
  const changed = changesOf(auditedPolicy(row), auditedPolicy(next))
  const entry = drafted(caller, { kind: 'policy', id: name, name, action: 'updated', ...changed }, now)
  if (!(await parts.policyStore.replace(name, row.version, next, entry))) throw stale(row.version + 1, row.version)
  await parts.policyBook.load()
  return toPolicy(parts, next)
}

/** Throws `not_found`, `stale_version`, and `approval_pending` for one that asks for approvals. */
export async function removePolicy(
  parts: PolicyParts,
  caller: Caller,
  { name, ifVersion }: { name: string; ifVersion: number | null },
): Promise<void> {
  const row = await rowOf(parts, caller, name)
  if (ifVersion !== null && ifVersion !== row.version) throw stale(row.version, ifVersion)
  if (isProtecting(row)) {
    const before = await toPolicy(parts, row)
    await holdPolicyChange(parts, caller, { deed: { action: 'delete' }, row, before, after: null })
  }
  const gone = { kind: 'policy', id: name, name, action: 'deleted', before: auditedPolicy(row) } as const
  const entry = drafted(caller, gone, parts.clock.now())
  if (!(await parts.policyStore.remove(name, row.version, entry))) throw stale(row.version + 1, row.version)
  await parts.policyBook.load()
}

const auditedPolicy = ({ description, enabled, applies_to, rules }: PolicyRow) => ({
  description,
  enabled: enabled !== 0,
  applies_to: JSON.parse(applies_to),
  rules: JSON.parse(rules),
})

/** Checked, and as a row keeps it. Throws `invalid`. */
async function columnsOf(
  { accessStore }: Pick<PolicyParts, 'accessStore'>,
  tenantId: string | null,
  { description = '', enabled = true, applies_to = {}, rules }: PolicyInput,
): Promise<Pick<PolicyRow, 'description' | 'enabled' | 'applies_to' | 'rules'>> {
  const errors: FieldError[] = []
  const whole = wholeRules(rules)
  const { allow, deny } = whole.network
  for (const [path, list] of [
    ['rules.network.allow', allow ?? []],
    ['rules.network.deny', deny],
  ] as const) {
    for (const [at, rule] of list.entries()) {
      const message = hostRuleProblem(rule)
      if (message !== null) errors.push({ path: `${path}[${at}]`, message })
    }
  }
  const { users, default: usual } = whole.run_as
  if (usual !== null && users !== null && !users.includes(usual)) {
    errors.push({ path: 'rules.run_as.default', message: say`is not among the users that are allowed.` })
  }
  if (whole.commands.allow !== null) {
    const entries = whole.commands.allow.map(({ command, args = [], reason = '' }) => ({ command, args, reason }))
    Object.assign(whole, { commands: { ...whole.commands, allow: entries } })
  }
  const denied = whole.commands.deny.map(({ pattern, reason = '' }) => ({ pattern, reason }))
  Object.assign(whole, { commands: { ...whole.commands, deny: denied } })
  const reach = wholeReach(applies_to)
  errors.push(...(await roleErrors(accessStore, tenantId, reach.roles)))
  const roles = reach.roles.map((name) => (isRole(name) || name === 'none' ? name : keyIn(tenantId, name)))
  const finding = { tenantId, errors }
  const groups = await Promise.all(reach.user_groups.map((name, at) => groupId(accessStore, { name, at }, finding)))
  if (errors.length > 0) throw invalid(errors)
  return {
    description,
    enabled: enabled ? 1 : 0,
    applies_to: JSON.stringify({ ...reach, roles, user_groups: groups }),
    rules: JSON.stringify(whole),
  }
}

async function roleErrors(
  accessStore: Services['accessStore'],
  tenantId: string | null,
  names: readonly string[],
): Promise<FieldError[]> {
  if (names.every((name) => isRole(name))) return []
  const made = (await accessStore.roles.list(inTenant(tenantId))).filter((row) => row.tenant_id === tenantId)
  const known = [...ROLES, 'none', ...made.map(({ name }) => nameIn(name))]
  return names.flatMap((name, at) => {
    if (known.includes(name)) return []
    const message = say`is ${JSON.stringify(name)}; there are ${known.slice(0, 20).join(', ')}.`
    return [{ path: `applies_to.roles[${at}]`, message }]
  })
}

/** A policy keeps the id, so that it goes on holding for a group that is renamed. */
async function groupId(
  { userGroups }: Services['accessStore'],
  { name, at }: { name: string; at: number },
  { tenantId, errors }: { tenantId: string | null; errors: FieldError[] },
): Promise<string> {
  const row = (await userGroups.byKey(keyIn(tenantId, usernameKey(name)))) ?? (await userGroups.byId(name))
  if (row?.tenant_id !== tenantId) {
    errors.push({ path: `applies_to.user_groups[${at}]`, message: say`There is no user group ${name}.` })
  }
  return row?.id ?? name
}

async function toPolicy({ accessStore }: Pick<PolicyParts, 'accessStore'>, row: PolicyRow) {
  const reach = JSON.parse(row.applies_to) as PolicyReach
  const groups = await Promise.all(reach.user_groups.map((id) => accessStore.userGroups.byId(id)))
  const user_groups = reach.user_groups.map((id, at) => groups[at]?.name ?? id)
  const { name, description, version, created_by, updated_by } = row
  return {
    name,
    description,
    enabled: row.enabled !== 0,
    applies_to: { ...reach, roles: reach.roles.map((key) => nameIn(key)), user_groups },
    rules: JSON.parse(row.rules),
    version,
    created_at: new Date(row.created_at).toISOString(),
    created_by,
    updated_at: new Date(row.updated_at).toISOString(),
    updated_by,
  }
}

async function rowOf(
  { policyStore }: Pick<PolicyParts, 'policyStore'>,
  caller: Caller,
  name: string,
): Promise<PolicyRow> {
  const row = await policyStore.byName(name)
  if (row === undefined || !isOf(caller, row)) throw notFound('policy', name.slice(0, 64))
  return row
}

const isOf = ({ scope }: Caller, { tenant_id }: PolicyRow) =>
  isWithin(scope.kind === 'granted' ? { kind: 'all' } : scope, { tenantId: tenant_id, id: null, group: null })

/** Whoever could switch it off alone could do alone whatever it has others look at. */
const isProtecting = ({ enabled, rules }: PolicyRow) => enabled !== 0 && JSON.parse(rules).requires_approval === true

function stale(version: number, expected: number): RotaError {
  return new RotaError('stale_version', say`The policy is at version ${version}, not ${expected}. Read it again.`)
}
