import { isWithin } from '@rota/core'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Queries, TaskRecord } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { createShapes, hole } from '../queries/shape.ts'
import { isCutShort, type RecordRow, recordsIn, recordsOf } from '../queries/task-records.ts'
import { askTogether } from './ask-together.ts'
import { storable } from './values.ts'

/** Rows of a kind that are counted for those who ask together; who asks for a task with more is answered alone. */
const FEW = 50

interface TaskReadsParts {
  /** Writes queries out; nothing is run through it. */
  kysely: Kysely<Schema>
  /** Runs a query that takes little. */
  readBriefly: (query: CompiledQuery) => Promise<unknown[]>
  now: () => number
  /** Reads a task of which there is much. */
  alone: Queries['taskById']
}

/** Reads tasks by their ids; those who ask in one turn of the loop share a statement. */
export function createTaskReads({ kysely, readBriefly, now, alone }: TaskReadsParts): Queries['taskById'] {
  const { filled } = createShapes(kysely)

  /** By their ids; `alone` for those who have more than is counted here. */
  const ask = askTogether<string, TaskRecord | 'alone' | null>(async (ids) => {
    const build = () => {
      // `offset` keeps a plan that was made when there were few tasks from going through all of them.
      const from = sql`(select t.* from tasks as t where t.id = any(${hole('ids')}::text[]) offset 0) as t`
      return recordsOf({ from, order: sql`t.seq`, most: FEW, isLateral: true })
    }
    const values = { ids: ids.map((id) => storable(id)), now: now() }
    const rows = (await readBriefly(filled('tasks by id', build, values))) as RecordRow[]
    const found = new Map<string, TaskRecord | 'alone'>(recordsIn(rows).map((record) => [record.task.id, record]))
    for (const row of rows) if (isCutShort([row], FEW)) found.set(row.id, 'alone')
    return (id) => found.get(id) ?? null
  })

  return async (id, scope) => {
    const record = await ask(id)
    if (record === 'alone') return alone(id, scope)
    return record !== null && isWithin(scope, record.task) ? record : null
  }
}
