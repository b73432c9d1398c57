import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOutdater, motionsOf } from './stale.ts'

const AT = '2026-11-21T02:00:00.000Z'

describe('what moves', () => {
  test('an execution that starts moves itself and its task', () => {
    const { execution, task, definition } = motionsOf([
      { type: 'execution_started', id: 'e1', task_id: 't1', at: AT, lateness_ms: 1 },
      { type: 'execution_started', id: 'e2', task_id: 't1', at: AT, lateness_ms: 1 },
    ])
    expect([...execution]).toEqual(['e1', 'e2'])
    expect([...task]).toEqual(['t1'])
    expect(definition.size).toBe(0)
  })

  test('a job without a task moves no task', () => {
    const change = { type: 'execution_created', id: 'e1', task_id: null, at: AT, trigger: 'api' } as const
    expect(motionsOf([change]).task.size).toBe(0)
  })

  test('a node moves itself, and so do pools by whatever name: both are read by the same lists', () => {
    const changed = { type: 'node_changed', id: 'n1', tenant_id: null, at: AT, status: 'ready', reason: '' } as const
    const { node, health } = motionsOf([changed, { type: 'pools_applied', at: AT, version: 3 }])
    expect([node.has('n1'), node.size, health.size]).toEqual([true, 2, 0])
  })

  test('only degradation and recovery concern the health of the server', () => {
    const { health, task, definition } = motionsOf([{ type: 'task_changed', id: 't1', at: AT, change: 'updated' }])
    expect([health.size, [...task], [...definition]]).toEqual([0, ['t1'], ['t1']])
    expect(motionsOf([{ type: 'recovered', at: AT }]).health.size).toBe(1)
  })
})

describe('what becomes old by it', () => {
  const queryClient = new QueryClient()
  const isOld = (...key: string[]) => queryClient.getQueryState(key)?.isInvalidated
  const read = (...key: string[]) => queryClient.setQueryData(key, 'fresh')

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('document', { hidden: false })
  })
  afterEach(() => {
    queryClient.clear()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  test('of one thing only what is read of that one', () => {
    const outdate = createOutdater(queryClient, { execution: { after: ['execution'], isOne: true } })
    read('execution', 'e1', 'explain')
    read('execution', 'e2')
    outdate({ execution: new Set(['e1']) })
    expect([isOld('execution', 'e1', 'explain'), isOld('execution', 'e2')]).toEqual([true, false])
  })

  test('a list by what it is made of, and by nothing else', () => {
    const outdate = createOutdater(queryClient, { groups: { after: ['definition'], everyMs: 1_000 } })
    read('groups')
    outdate({ execution: new Set(['e1']), task: new Set(['t1']) })
    expect(isOld('groups')).toBe(false)
    outdate({ definition: new Set(['t1']) })
    expect(isOld('groups')).toBe(true)
  })

  test('at once when it was quiet, else when the period is over', () => {
    const outdate = createOutdater(queryClient, { tasks: { after: ['task'], everyMs: 1_000 } })
    read('tasks')
    outdate({ task: new Set(['t1']) })
    expect(isOld('tasks')).toBe(true)
    read('tasks')
    outdate({ task: new Set(['t2']) })
    expect(isOld('tasks')).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(isOld('tasks')).toBe(true)
  })
})
