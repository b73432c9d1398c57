import { RotaError, say } from '@rota/core'
import type { TasksTable } from '../ports/schema.ts'
import type { TaskRow } from '../ports/tasks.ts'

/** A task's row as the databases give it. */
export type StoredTask = TasksTable

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

type Value = string | number | null

const tagsOf = ({ tags }: Pick<TaskRow, 'tags'>) => (tags.length > 0 ? JSON.stringify(tags) : null)
const flagOf = (isSet: boolean) => (isSet ? 1 : 0)

/** What a new row says, in the order of the parameters of the statements that add tasks. */
export const NEW_TASK: readonly ((row: Omit<TaskRow, 'seq'>) => Value)[] = [
  (row) => row.id,
  (row) => row.tenantId,
  (row) => row.name,
  (row) => row.group,
  (row) => row.type,
  tagsOf,
  (row) => flagOf(row.enabled),
  (row) => row.definition,
  (row) => (row.runAtStart ? 1 : null),
  (row) => row.createdAt,
  (row) => row.createdBy,
]

/** The parameters of `update-task`. */
export function changedTask(row: TaskRow, expectedVersion: number): Value[] {
  return [
    row.seq,
    expectedVersion,
    row.name,
    row.group,
    row.type,
    tagsOf(row),
    flagOf(row.enabled),
    row.version,
    row.definition,
    row.pausedAt,
    row.pauseReason,
    row.runAtStart ? 1 : null,
    row.updatedAt,
    row.updatedBy,
    row.deletedAt,
  ]
}

/** Why a task is not written. */
export const staleVersion = () => new RotaError('stale_version', say`The task was changed by someone else meanwhile.`)
export const takenName = () =>
  new RotaError('conflict', say`A task of this name exists already. Choose another name.`, [
    { path: 'name', message: say`is taken by another task` },
  ])

/** The reason of executions that end because their task was deleted. */
export const DELETED = say`the task was deleted`
