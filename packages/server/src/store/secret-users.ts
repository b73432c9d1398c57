import { expandTask, secretsIn } from '@rota/core'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { SecretRow, SecretUser } from '../secret-store.ts'

/** Tasks that are looked through, at most, and at a time. */
const MOST_TASKS = 50_000
const AT_ONCE = 1_000

/** What is read of tasks. */
export interface TaskTable {
  seq: number
  id: string
  tenant_id: string | null
  name: string
  task_group: string | null
  enabled: number
  deleted_at: number | null
  definition: string
}

type Database = Pick<Kysely<{ tasks: TaskTable }>, 'selectFrom'>
type Secret = Pick<SecretRow, 'id' | 'name' | 'tenant_id'>

/** The tasks that refer to each of some secrets, by the id of the secret. */
export async function secretUsers(database: Database, secrets: readonly Secret[]): Promise<Map<string, SecretUser[]>> {
  const users = new Map<string, SecretUser[]>(secrets.map(({ id }) => [id, []]))
  const ids = new Map(secrets.map(({ id, name, tenant_id }) => [keyOf(tenant_id, name), id]))
  if (secrets.length === 0) return users
  let after = 0
  for (let read = 0; read < MOST_TASKS; read += AT_ONCE) {
    const rows = await referring(database, after)
    for (const row of rows) {
      for (const name of namesIn(row)) {
        const id = ids.get(keyOf(row.tenant_id, name))
        if (id !== undefined) users.get(id)!.push(toUser(row))
      }
    }
    if (rows.length < AT_ONCE) break
    after = rows.at(-1)!.seq
  }
  return users
}

const keyOf = (tenantId: string | null, name: string) => `${tenantId ?? ''} ${name}`

/** The condition is the index's, word by word. */
function referring(database: Database, after: number): Promise<TaskTable[]> {
  return database
    .selectFrom('tasks')
    .select(['seq', 'id', 'tenant_id', 'name', 'task_group', 'enabled', 'deleted_at', 'definition'])
    .where(sql<boolean>`replace(cast(definition as text), '\${secret:', '') <> cast(definition as text)`)
    .where('deleted_at', 'is', null)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(AT_ONCE)
    .execute()
}

/** What cannot be read refers to nothing: it cannot run either. */
function namesIn({ definition, name }: TaskTable): string[] {
  try {
    return secretsIn(expandTask(definition, name))
  } catch {
    return []
  }
}

function toUser({ id, name, task_group, tenant_id, enabled }: TaskTable): SecretUser {
  return { id, name, group: task_group, tenantId: tenant_id, isEnabled: Boolean(enabled) }
}
