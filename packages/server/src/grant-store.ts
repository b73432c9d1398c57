import type { Scope } from '@rota/core'

/**
 * What the rights of people are kept in. Rows are as stored; the migration `grants` says what each column means. What a
 * method writes is one statement, so that none can be caught half-way.
 */
export interface GrantStore {
  readonly roles: RoleStore
  readonly userGroups: UserGroupStore
  readonly grants: GrantRows
}

export interface RoleRow {
  /** Of a role of a tenant with that before it. */
  name: string
  tenant_id: string | null
  description: string
  rights: string
  created_at: number
  created_by: string | null
  updated_at: number
}

export interface RoleStore {
  list(scope: Scope): Promise<RoleRow[]>
  byName(name: string): Promise<RoleRow | undefined>
  /** False when the name is taken. */
  insert(row: RoleRow): Promise<boolean>
  update(name: string, values: Partial<RoleRow>): Promise<void>
  /** False when a grant names it, or there is none. */
  removeUnused(name: string): Promise<boolean>
}

export interface UserGroupRow {
  id: string
  tenant_id: string | null
  name: string
  name_key: string
  description: string
  created_at: number
  created_by: string | null
  updated_at: number
}

export type MemberKind = 'user' | 'group'

export interface MemberRow {
  group_id: string
  member_kind: MemberKind
  member_id: string
}

export interface UserGroupStore {
  /** By name, with how many members each has itself. */
  list(
    scope: Scope,
    offset: number,
    limit: number,
  ): Promise<{ total: number; rows: (UserGroupRow & { members: number })[] }>
  byId(id: string): Promise<UserGroupRow | undefined>
  byKey(nameKey: string): Promise<UserGroupRow | undefined>
  /** False when the name is taken. */
  insert(row: UserGroupRow): Promise<boolean>
  /** False when the name is another group's. */
  update(id: string, values: Partial<UserGroupRow>): Promise<boolean>
  remove(id: string): Promise<void>
  removeMembers(id: string): Promise<void>
  /** Of the group itself, with their names. */
  members(id: string): Promise<(MemberRow & { name: string })[]>
  /** False when that would make a circle: the group would belong to itself. */
  addMember(row: MemberRow): Promise<boolean>
  removeMember(row: MemberRow): Promise<void>
  /** Takes a user or group out of every group. */
  removeFromAll(kind: MemberKind, id: string): Promise<void>
  /** The users that belong to some groups, also by way of other groups, each beside the group that was asked for. */
  usersIn(ids: readonly string[]): Promise<{ group_id: string; user_id: string }[]>
  /** The groups that a user belongs to, also by way of other groups. */
  ofUser(userId: string): Promise<Pick<UserGroupRow, 'id' | 'name'>[]>
}

export type SubjectKind = 'user' | 'group' | 'token'
export type ScopeKind = 'global' | 'group' | 'task'

export interface GrantRow {
  id: string
  tenant_id: string | null
  subject_kind: SubjectKind
  subject_id: string
  role: string
  scope_kind: ScopeKind
  scope_id: string
  source: string
  created_at: number
  created_by: string | null
  expires_at: number | null
}

/**
 * With the name of whom it is given to, null for one that is gone, the rights of a role that is not built in, and the group
 * that the task of the grant lies in.
 */
export type NamedGrantRow = GrantRow & {
  subject_name: string | null
  role_rights: string | null
  task_group: string | null
}

/** Leaves those that have ended by an instant; 0 for none. */
type EndingAfter = number

export interface GrantFilter {
  /** Whose grants. */
  within: Scope
  subject?: { kind: SubjectKind; id: string }
  scope?: { kind: ScopeKind; id: string }
  role?: string
}

interface GrantPlaces {
  taskId: string | null
  groups: readonly string[]
  within: Scope
  after: EndingAfter
}

export interface GrantRows {
  /** The newest first. */
  list(filter: GrantFilter, offset: number, limit: number): Promise<{ total: number; rows: NamedGrantRow[] }>
  byId(id: string): Promise<NamedGrantRow | undefined>
  /** Answers the id of the same grant that was there before, or null. A token holds only what is granted to it from then on. */
  insert(row: GrantRow): Promise<string | null>
  /** Lets it end then, or (null) never; false where it does already. */
  endAt(id: string, expiresAt: number | null): Promise<boolean>
  /** Gives a token what another has, its limits included. */
  copyToToken(id: string, next: { id: string; newId: () => string }): Promise<void>
  remove(id: string): Promise<void>
  removeOfSubject(kind: SubjectKind, id: string): Promise<void>
  countOfSubject(kind: SubjectKind, id: string): Promise<number>
  /** Those of a user group and of all groups that it belongs to. */
  ofGroup(groupId: string, after: EndingAfter): Promise<NamedGrantRow[]>
  /** Those of a user and of all groups that the user belongs to. */
  ofUser(userId: string, after: EndingAfter): Promise<NamedGrantRow[]>
  ofToken(tokenId: string, after: EndingAfter): Promise<NamedGrantRow[]>
  /** Those that hold for a task, for some groups, and everywhere: whoever may do something there is among them. */
  reaching(places: GrantPlaces): Promise<NamedGrantRow[]>
}
