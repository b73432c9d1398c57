import { describe, expect, test } from 'vitest'
import { BULK_ACTIONS, type BulkTask, isHit, undoOf } from './bulk-actions.ts'

const task = (id: string, status: BulkTask['status'], group: string | null = null) => ({ id, name: id, status, group })

describe('a bulk action', () => {
  test('hits only tasks that it would change', () => {
    const tasks = [task('a', 'active', 'x'), task('d', 'disabled'), task('p', 'paused'), task('x', 'deleted')]
    const hits = Object.fromEntries(
      BULK_ACTIONS.map((action) => [
        action,
        tasks
          .filter((one) => isHit(action, one, 'x'))
          .map(({ id }) => id)
          .join(''),
      ]),
    )
    expect(hits).toEqual({
      run: 'adp',
      enable: 'd',
      disable: 'ap',
      pause: 'a',
      resume: 'p',
      move: 'dp',
      delete: 'adp',
      restore: 'x',
    })
  })

  test('can be taken back, but for runs', () => {
    expect(undoOf('run', [task('a', 'active')])).toBeNull()
    expect(undoOf('delete', [task('a', 'active')])).toEqual([
      { action: 'restore', group: null, tasks: [task('a', 'deleted')] },
    ])
  })

  test('a move goes back to where each task was', () => {
    const steps = undoOf('move', [task('a', 'active', 'x'), task('b', 'active', 'y'), task('c', 'active', 'x')])
    expect(steps?.map(({ group, tasks }) => [group, tasks.map(({ id }) => id).join('')])).toEqual([
      ['x', 'ac'],
      ['y', 'b'],
    ])
  })

  test('what taking back does would hit what was done', () => {
    for (const action of BULK_ACTIONS) {
      for (const step of undoOf(action, [task('a', 'active', 'x')]) ?? []) {
        if (step.action === 'move') continue
        expect(isHit(step.action, step.tasks[0]!, null), action).toBe(true)
      }
    }
  })
})
