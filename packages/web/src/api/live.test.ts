import { expect, test } from 'vitest'
import { staleAfter } from './live.ts'

const AT = '2026-11-21T02:00:00.000Z'

test('an execution that starts makes itself and its task old', () => {
  const { executions, tasks } = staleAfter([
    { type: 'execution_started', id: 'e1', task_id: 't1', at: AT, lateness_ms: 1 },
    { type: 'execution_started', id: 'e2', task_id: 't1', at: AT, lateness_ms: 1 },
  ])
  expect([...executions]).toEqual(['e1', 'e2'])
  expect([...tasks]).toEqual(['t1'])
})

test('a job without a task makes no task old', () => {
  const change = { type: 'execution_created', id: 'e1', task_id: null, at: AT, trigger: 'api' } as const
  expect(staleAfter([change]).tasks.size).toBe(0)
})

test('only degradation and recovery concern the health of the server', () => {
  expect(staleAfter([{ type: 'task_changed', id: 't1', at: AT, change: 'updated' }]).health).toBe(false)
  expect(staleAfter([{ type: 'recovered', at: AT }]).health).toBe(true)
})
