import type { Kysely } from 'kysely'
import type { NamedTask, RevisionRecord } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { tasksWithin, type Within } from './scope.ts'

/** Names in one statement; its text and its parameters have an end. */
const NAMES_AT_ONCE = 500

export async function tasksNamed(db: Kysely<Schema>, names: readonly string[], scope: Within) {
  const found: NamedTask[] = []
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    let named = db
      .selectFrom('tasks as t')
      .select(['t.id', 't.name', 't.version'])
      .where('t.name', 'in', names.slice(from, from + NAMES_AT_ONCE))
      .where('t.deleted_at', 'is', null)
    for (const condition of tasksWithin(scope)) named = named.where(condition)
    found.push(...(await named.execute()))
  }
  return found
}

export async function revisionsOf(db: Kysely<Schema>, taskId: string, scope: Within) {
  let tasks = db.selectFrom('tasks as t').selectAll().where('t.id', '=', taskId)
  for (const condition of tasksWithin(scope)) tasks = tasks.where(condition)
  const task = await tasks.executeTakeFirst()
  if (task === undefined) return []
  const earlier: RevisionRecord[] = await db
    .selectFrom('task_revisions')
    .select(['version', 'at', 'by', 'definition'])
    .where('task_seq', '=', task.seq)
    .where('version', '<', task.version)
    .orderBy('version', 'desc')
    .execute()
  const { version, updated_at, updated_by, definition } = task
  return [{ version, at: updated_at, by: updated_by, definition }, ...earlier]
}
