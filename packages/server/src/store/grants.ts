import { type Kysely, sql } from 'kysely'
import type {
  GrantFilter,
  GrantRows,
  GrantStore,
  MemberRow,
  RoleStore,
  UserGroupRow,
  UserGroupStore,
} from '../grant-store.ts'
import { seenRows } from './of-tenant.ts'
import type { AccessTables } from './tables.ts'
import type { Write } from './write.ts'

type Database = Kysely<AccessTables>

/** Keeps roles, user groups and grants in the engine's database. */
export function createGrantStore(database: Database, write: Write): GrantStore {
  return {
    roles: createRoleStore(database, write),
    userGroups: createUserGroupStore(database, write),
    grants: createGrantRows(database, write),
  }
}

function createRoleStore(database: Database, write: Write): RoleStore {
  const all = () => database.selectFrom('roles').selectAll()
  return {
    list: (scope) => all().where(seenRows(scope, 'tenant_id')).orderBy('name').execute(),
    byName: (name) => all().where('name', '=', name).executeTakeFirst(),

    async insert(row) {
      const query = database.insertInto('roles').values(row)
      return (await write(query.onConflict((oc) => oc.column('name').doNothing()))) > 0
    },

    async update(name, values) {
      await write(database.updateTable('roles').set(values).where('name', '=', name))
    },

    async removeUnused(name) {
      const query = database.deleteFrom('roles').where('name', '=', name)
      const isFree = sql<boolean>`not exists (select 1 from grants as g where g.role = ${name})`
      return (await write(query.where(isFree))) > 0
    },
  }
}

/** The groups that a member belongs to by however many steps; it comes to an end in a circle, too. */
const groupsAbove = (kind: string, id: string) => sql`
  with recursive above(id) as (
    select m.group_id from user_group_members as m where m.member_kind = ${kind} and m.member_id = ${id}
    union
    select m.group_id from user_group_members as m join above as a on m.member_kind = 'group' and m.member_id = a.id)
  select a.id from above as a`

function createUserGroupStore(database: Database, write: Write): UserGroupStore {
  const all = () => database.selectFrom('user_groups').selectAll()
  return {
    async list(scope, offset, limit) {
      const count = database.selectFrom('user_groups').select((eb) => eb.fn.countAll<number>().as('total'))
      const { total } = await count.where(seenRows(scope, 'tenant_id')).executeTakeFirstOrThrow()
      const rows = await database
        .selectFrom('user_groups as g')
        .selectAll('g')
        .select(sql<number>`(select count(*) from user_group_members as m where m.group_id = g.id)`.as('members'))
        .where(seenRows(scope, 'g.tenant_id'))
        .orderBy('g.name_key')
        .offset(offset)
        .limit(limit)
        .execute()
      return { total: Number(total), rows: rows.map((row) => ({ ...row, members: Number(row.members) })) }
    },
    byId: (id) => all().where('id', '=', id).executeTakeFirst(),
    byKey: (key) => all().where('name_key', '=', key).executeTakeFirst(),

    async insert(row) {
      const query = database.insertInto('user_groups').values(row)
      return (await write(query.onConflict((oc) => oc.column('name_key').doNothing()))) > 0
    },

    async update(id, values) {
      const query = database.updateTable('user_groups').set(values).where('id', '=', id)
      const isFree = sql<boolean>`not exists (
        select 1 from user_groups as o where o.name_key = ${values.name_key ?? null} and o.id <> ${id})`
      return (await write(query.where(isFree))) > 0
    },

    async remove(id) {
      await write(database.deleteFrom('user_groups').where('id', '=', id))
    },

    async removeMembers(id) {
      await database.deleteFrom('user_group_members').where('group_id', '=', id).execute()
    },

    members: (id) => membersOf(database, id),
    addMember: (row) => addMember({ database, write }, row),

    async removeMember({ group_id, member_kind, member_id }) {
      const query = database.deleteFrom('user_group_members').where('group_id', '=', group_id)
      await write(query.where('member_kind', '=', member_kind).where('member_id', '=', member_id))
    },

    async removeFromAll(kind, id) {
      const query = database.deleteFrom('user_group_members').where('member_kind', '=', kind)
      await query.where('member_id', '=', id).execute()
    },

    usersIn: (ids) => usersIn(database, ids),

    async ofUser(userId) {
      const query = database.selectFrom('user_groups as g').select(['g.id', 'g.name'])
      const isAbove = sql<boolean>`g.id in (${groupsAbove('user', userId)})`
      return (await query.where(isAbove).orderBy('g.name_key').execute()) as Pick<UserGroupRow, 'id' | 'name'>[]
    },
  }
}

async function membersOf(database: Database, id: string) {
  const rows = await database
    .selectFrom('user_group_members as m')
    .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'm.member_id').on('m.member_kind', '=', 'user'))
    .leftJoin('user_groups as g', (join) => join.onRef('g.id', '=', 'm.member_id').on('m.member_kind', '=', 'group'))
    .select(['m.group_id', 'm.member_kind', 'm.member_id', sql<string>`coalesce(u.username, g.name, '')`.as('name')])
    .where('m.group_id', '=', id)
    .orderBy('name')
    .execute()
  return rows
}

async function usersIn(database: Database, ids: readonly string[]) {
  if (ids.length === 0) return []
  const { rows } = await sql<{ group_id: string; user_id: string }>`
    with recursive held(top, id) as (
      select g.id, g.id from user_groups as g where g.id in (${sql.join(ids)})
      union
      select h.top, m.member_id from user_group_members as m join held as h
        on m.member_kind = 'group' and m.group_id = h.id)
    select distinct h.top as group_id, m.member_id as user_id from held as h
    join user_group_members as m on m.group_id = h.id and m.member_kind = 'user'`.execute(database)
  return rows
}

/** How the look says that there is a circle now: by failing, which takes back what was added and what tells of it. */
const DIVISION_BY_ZERO = '22012'
/** Held until the end of the transaction. */
const TURN = sql`
  insert into settings (key, value) values ('turn:user_group_members', '')
  on conflict (key) do update set value = excluded.value`

/**
 * Of two that together would make a circle the later one is refused. PostgreSQL does not show one statement what another
 * writes at that moment: so whoever adds a group takes its turn, and looks once more.
 */
async function addMember(
  { database, write }: { database: Database; write: Write },
  { group_id, member_kind, member_id }: MemberRow,
): Promise<boolean> {
  const isCircle =
    member_kind === 'group'
      ? sql`(${group_id} = ${member_id} or ${member_id} in (${groupsAbove('group', group_id)}))`
      : sql`1 = 0`
  const adding = sql`
    insert into user_group_members (group_id, member_kind, member_id)
    select ${sql`cast(${group_id} as text)`}, ${sql`cast(${member_kind} as text)`}, ${sql`cast(${member_id} as text)`}
    where not ${isCircle} and not exists (select 1 from user_group_members as m
      where m.group_id = ${group_id} and m.member_kind = ${member_kind} and m.member_id = ${member_id})`
  const compiled = (query: typeof adding) => ({ compile: () => query.compile(database) })
  const checks =
    member_kind === 'group' ? [compiled(TURN), compiled(sql`select 1 / (case when ${isCircle} then 0 else 1 end)`)] : []
  try {
    if ((await write(compiled(adding), ...checks)) > 0) return true
  } catch (error) {
    if ((error as { code?: unknown }).code === DIVISION_BY_ZERO) return false
    throw error
  }
  const there = database.selectFrom('user_group_members').select('group_id').where('group_id', '=', group_id)
  const same = there.where('member_kind', '=', member_kind).where('member_id', '=', member_id)
  return (await same.executeTakeFirst()) !== undefined
}

function createGrantRows(database: Database, write: Write): GrantRows {
  const named = () =>
    database
      .selectFrom('grants as r')
      .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'r.subject_id').on('r.subject_kind', '=', 'user'))
      .leftJoin('user_groups as g', (join) =>
        join.onRef('g.id', '=', 'r.subject_id').on('r.subject_kind', '=', 'group'),
      )
      .leftJoin('api_tokens as k', (join) => join.onRef('k.id', '=', 'r.subject_id').on('r.subject_kind', '=', 'token'))
      .leftJoin('tasks as t', (join) => join.onRef('t.id', '=', 'r.scope_id').on('r.scope_kind', '=', 'task'))
      .leftJoin('roles as o', 'o.name', 'r.role')
      .selectAll('r')
      .select(['o.rights as role_rights', 't.task_group'])
      .select(sql<string | null>`coalesce(u.username, g.name, k.name)`.as('subject_name'))
  const lasting = (after: number) => named().where(endsAfter(after)).orderBy('r.id')
  return {
    async list(filter, offset, limit) {
      const where = conditionsOf(filter)
      const count = database.selectFrom('grants as r').select((eb) => eb.fn.countAll<number>().as('total'))
      const { total } = await where.reduce((query, each) => query.where(each), count).executeTakeFirstOrThrow()
      const rows = where.reduce((query, each) => query.where(each), named())
      return { total: Number(total), rows: await rows.orderBy('r.id', 'desc').offset(offset).limit(limit).execute() }
    },

    byId: (id) => named().where('r.id', '=', id).executeTakeFirst(),

    async insert(row) {
      const query = database.insertInto('grants').values(row)
      const columns = ['subject_kind', 'subject_id', 'role', 'scope_kind', 'scope_id', 'source'] as const
      const narrowed = database.updateTable('api_tokens').set({ grants_only: 1 }).where('id', '=', row.subject_id)
      const others = row.subject_kind === 'token' ? [narrowed] : []
      if (
        (await write(
          query.onConflict((oc) => oc.columns([...columns]).doNothing()),
          ...others,
        )) > 0
      )
        return null
      const same = columns.reduce(
        (found, column) => found.where(column, '=', row[column]),
        database.selectFrom('grants').select('id'),
      )
      return (await same.executeTakeFirst())?.id ?? row.id
    },

    async endAt(id, expiresAt) {
      const query = database.updateTable('grants').set({ expires_at: expiresAt }).where('id', '=', id)
      return (await write(query.where(sql<boolean>`coalesce(expires_at, -1) <> ${expiresAt ?? -1}`))) > 0
    },

    async copyToToken(id, next) {
      const rows = await database
        .selectFrom('grants')
        .selectAll()
        .where('subject_kind', '=', 'token')
        .where('subject_id', '=', id)
        .execute()
      const copies = rows.map((row) => ({ ...row, id: next.newId(), subject_id: next.id }))
      if (copies.length > 0) await database.insertInto('grants').values(copies).execute()
    },

    async remove(id) {
      await write(database.deleteFrom('grants').where('id', '=', id))
    },

    async removeOfSubject(kind, id) {
      await database.deleteFrom('grants').where('subject_kind', '=', kind).where('subject_id', '=', id).execute()
    },

    async countOfSubject(kind, id) {
      const query = database.selectFrom('grants').select((eb) => eb.fn.countAll<number>().as('total'))
      const own = query.where('subject_kind', '=', kind).where('subject_id', '=', id)
      return Number((await own.executeTakeFirstOrThrow()).total)
    },

    ofGroup(groupId, after) {
      const own = sql<boolean>`(r.subject_kind = 'group'
        and (r.subject_id = ${groupId} or r.subject_id in (${groupsAbove('group', groupId)})))`
      return lasting(after).where(own).execute()
    },

    ofUser(userId, after) {
      const own = sql<boolean>`((r.subject_kind = 'user' and r.subject_id = ${userId})
        or (r.subject_kind = 'group' and r.subject_id in (${groupsAbove('user', userId)})))`
      return lasting(after).where(own).execute()
    },

    ofToken: (tokenId, after) =>
      lasting(after).where('r.subject_kind', '=', 'token').where('r.subject_id', '=', tokenId).execute(),

    reaching({ taskId, groups, within, after }) {
      const places = [sql`r.scope_kind = 'global'`]
      if (taskId !== null) places.push(sql`(r.scope_kind = 'task' and r.scope_id = ${taskId})`)
      if (groups.length > 0) places.push(sql`(r.scope_kind = 'group' and r.scope_id in (${sql.join(groups)}))`)
      return lasting(after)
        .where(sql<boolean>`(${sql.join(places, sql` or `)})`)
        .where(seenRows(within, 'r.tenant_id'))
        .execute()
    },
  }
}

const endsAfter = (instant: number) => sql<boolean>`(r.expires_at is null or r.expires_at > ${instant})`

function conditionsOf({ within, subject, scope, role }: GrantFilter) {
  return [
    seenRows(within, 'r.tenant_id'),
    ...(subject ? [sql<boolean>`r.subject_kind = ${subject.kind} and r.subject_id = ${subject.id}`] : []),
    ...(scope ? [sql<boolean>`r.scope_kind = ${scope.kind} and r.scope_id = ${scope.id}`] : []),
    ...(role === undefined ? [] : [sql<boolean>`r.role = ${role}`]),
  ]
}
