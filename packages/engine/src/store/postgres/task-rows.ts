import { createHash } from 'node:crypto'
import { say } from '@rota/core'
import type { NewTask, TaskRow } from '../../ports/tasks.ts'
import type { Session } from './database.ts'
import { columnsOf, storable, storableJson } from './values.ts'

/** A task's row as PostgreSQL gives it. */
export interface StoredTask {
  seq: number
  id: string
  tenant_id: string | null
  name: string
  task_group: string | null
  type: string
  tags: string | null
  enabled: number
  version: number
  definition: string
  paused_at: number | null
  pause_reason: string | null
  run_at_start: number | null
  created_at: number
  created_by: string | null
  updated_at: number
  updated_by: string | null
  deleted_at: number | null
}

export function taskRow(row: StoredTask): TaskRow {
  return {
    seq: row.seq,
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    group: row.task_group,
    type: row.type,
    tags: row.tags === null ? [] : JSON.parse(row.tags),
    enabled: row.enabled === 1,
    version: row.version,
    definition: row.definition,
    pausedAt: row.paused_at,
    pauseReason: row.pause_reason,
    runAtStart: row.run_at_start === 1,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
    deletedAt: row.deleted_at,
  }
}

const tagsOf = ({ tags }: Pick<TaskRow, 'tags'>) => (tags.length > 0 ? JSON.stringify(tags) : null)

/** The parameters of `insert-tasks`. */
export function newTaskColumns(tasks: readonly NewTask[]): unknown[][] {
  return columnsOf(
    tasks.map((task) => task.row),
    [
      (row) => row.id,
      (row) => row.tenantId,
      (row) => row.name,
      (row) => row.group,
      (row) => row.type,
      tagsOf,
      (row) => (row.enabled ? 1 : 0),
      (row) => storableJson(row.definition),
      (row) => (row.runAtStart ? 1 : null),
      (row) => row.createdAt,
      (row) => storable(row.createdBy),
    ],
  )
}

/** The parameters of `update-task`. */
export function updateParameters(row: TaskRow, expectedVersion: number): unknown[] {
  return [
    row.seq,
    expectedVersion,
    row.name,
    row.group,
    row.type,
    tagsOf(row),
    row.enabled ? 1 : 0,
    row.version,
    storableJson(row.definition),
    row.pausedAt,
    storable(row.pauseReason),
    row.runAtStart ? 1 : null,
    row.updatedAt,
    storable(row.updatedBy),
    row.deletedAt,
  ]
}

/** The ids of rules by their bodies, made where they are new. Equal bodies are stored once. */
export async function internRules(tx: Session, bodies: readonly string[]): Promise<Map<string, number>> {
  const byDigest = new Map(bodies.map((body) => [createHash('sha256').update(body).digest('hex'), body]))
  const ids = new Map<string, number>()
  // Twice at most: a rule that nobody used may be swept away between the two statements.
  for (let turn = 0; ids.size < byDigest.size; turn++) {
    if (turn > 10) throw new Error(say`Rules vanish as fast as they are made.`)
    await tx.run('add-rules', [[...byDigest.keys()], [...byDigest.values()]])
    for (const { id, digest } of await tx.run<{ id: number; digest: string }>('hold-rules', [[...byDigest.keys()]])) {
      ids.set(byDigest.get(digest)!, id)
    }
  }
  return ids
}
