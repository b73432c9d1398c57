import { expect, test } from 'vitest'
import type { Execution } from '../../api/types.ts'
import { mendsOf } from './mends.ts'

const execution = (more: Partial<Execution>) =>
  ({ task_id: 't', status: 'skipped', reason: null, failure: null, max_attempts: 1, ...more }) as Execution
const words = (more: Partial<Execution>, facts = {}) => mendsOf(execution(more), facts).map(({ word }) => word)

test('what waits for a limit leads to what holds it, and to the limit', () => {
  const facts = { limit: { name: 'task', max: 1, held: 1, holders: ['x', 'y'] } }
  expect(mendsOf(execution({ status: 'pending' }), facts)).toEqual([
    { to: 'execution', executionId: 'x', word: 'openHolder' },
    { to: 'section', section: 'limits', word: 'raiseLimit' },
  ])
  expect(words({ status: 'pending', task_id: null }, facts)).toEqual(['openHolder'])
  expect(words({ status: 'pending' })).toEqual([])
})

test('what was skipped leads to the rule that skipped it', () => {
  expect(words({ reason: 'overlap' })).toEqual(['changeOverlap'])
  expect(words({ reason: 'misfire' })).toEqual(['changeMisfire'])
  expect(words({ reason: 'missed' })).toEqual(['changeMisfire'])
  expect(words({ reason: 'paused' })).toEqual(['resume'])
  expect(words({ reason: 'overlap', task_id: null })).toEqual([])
})

test('what failed leads to its time limit or its retries, where that may help', () => {
  expect(words({ status: 'failed', failure: 'timeout' })).toEqual(['raiseTimeout'])
  expect(words({ status: 'failed', failure: 'exit_code' })).toEqual(['addRetry'])
  expect(words({ status: 'failed', failure: 'exit_code', max_attempts: 3 })).toEqual([])
  expect(words({ status: 'success' })).toEqual([])
})
