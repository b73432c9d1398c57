import { createHash } from 'node:crypto'
import { say } from '@rota/core'
import type { NewTask, SaveOptions, TaskRow } from '../../ports/tasks.ts'
import { changedTask, NEW_TASK } from '../task-rows.ts'
import type { Session } from './database.ts'
import { columnsOf, storable, storableJson } from './values.ts'

function storableTask<Row extends Omit<TaskRow, 'seq'>>(row: Row): Row {
  const { definition, pauseReason, createdBy, updatedBy } = row
  return {
    ...row,
    definition: storableJson(definition),
    pauseReason: storable(pauseReason),
    createdBy: storable(createdBy),
    updatedBy: storable(updatedBy),
  }
}

/** The parameters of `insert-tasks`. */
export function newTaskColumns(tasks: readonly NewTask[]): unknown[][] {
  return columnsOf(
    tasks.map((task) => storableTask(task.row)),
    NEW_TASK,
  )
}

/** The parameters of `save-tasks`. */
export function savedColumns(saves: readonly { row: TaskRow; options: SaveOptions }[]): unknown[][] {
  const rows = saves.map(({ row, options }) => changedTask(storableTask(row), options.expectedVersion))
  const columns = columnsOf(
    rows,
    rows[0]!.map((_, at) => (row) => row[at]),
  )
  return [...columns, saves.map(({ options }) => options.keepRevision)]
}

/** The ids of rules by their bodies, made where they are new; equal bodies are stored once. */
export async function internRules(tx: Session, bodies: readonly string[]): Promise<Map<string, number>> {
  const byDigest = new Map(bodies.map((body) => [createHash('sha256').update(body).digest('hex'), body]))
  const ids = new Map<string, number>()
  // Twice at most: a rule that nobody used may be swept away between the two statements.
  for (let turn = 0; ids.size < byDigest.size; turn++) {
    if (turn > 10) throw new Error(say`Schedules are being deleted as fast as they are saved; try again.`)
    await tx.run('add-rules', [[...byDigest.keys()], [...byDigest.values()]])
    for (const { id, digest } of await tx.run<{ id: number; digest: string }>('hold-rules', [[...byDigest.keys()]])) {
      ids.set(byDigest.get(digest)!, id)
    }
  }
  return ids
}
