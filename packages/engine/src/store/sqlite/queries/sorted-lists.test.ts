import type { SQLInputValue } from 'node:sqlite'
import { EVERYTHING } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createQueries } from '../../queries/queries.ts'
import { START, sortedListRules } from '../../queries/testing/sorted-lists.ts'
import { openSample, type Sample } from './sample-history.ts'

let sample: Sample
beforeEach(() => {
  sample = openSample()
})
afterEach(() => sample.close())

describe('SQLite', () => {
  sortedListRules(() => ({
    queries: () => createQueries(sample.kysely, () => START),
    async insert(table, row) {
      const columns = Object.keys(row)
      const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
      return Number(sample.db.prepare(text).run(...(Object.values(row) as SQLInputValue[])).lastInsertRowid)
    },
  }))
})

test('tasks are refused in an order that no index has where more match than can be sorted', async () => {
  sample.inBulk(() => {
    for (let i = 0; i < 10_001; i++) sample.task({ type: i === 0 ? 'python' : 'shell' })
  })
  const queries = createQueries(sample.kysely, () => START)
  await expect(queries.listTasks({ sort: '-last_run' }, EVERYTHING)).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path: 'sort', message: expect.stringContaining('at most 10000 tasks by last_run') }],
  })
  expect((await queries.listTasks({ sort: '-last_run', type: 'python' }, EVERYTHING)).total).toBe(1)
  expect((await queries.listTasks({ sort: '-name', limit: 1 }, EVERYTHING)).total).toBe(10_001)
})

test('an order that no index has is refused where more match than can be sorted', async () => {
  sample.inBulk(() => {
    for (let i = 0; i < 10_001; i++) sample.ended({ trigger: i === 0 ? 'manual' : 'schedule' })
  })
  const queries = createQueries(sample.kysely, () => START)
  await expect(queries.listExecutions({ sort: '-duration' }, EVERYTHING)).rejects.toMatchObject({
    code: 'invalid',
    errors: [{ path: 'sort', message: expect.stringContaining('at most 10000 executions by duration') }],
  })
  expect((await queries.listExecutions({ sort: '-duration', trigger: 'manual' }, EVERYTHING)).total).toBe(1)
  expect((await queries.listExecutions({ sort: 'scheduled_at', limit: 1 }, EVERYTHING)).total).toBe(10_001)
})
