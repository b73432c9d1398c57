import { expect, test } from 'vitest'
import { mayDo } from './may.ts'

const EDITOR = { task: ['view', 'execute', 'edit'] } as const
const inGroup = (id: string) => ({
  role: 'editor',
  scope: { kind: 'group' as const, id },
  rights: { task: [...EDITOR.task] },
})

test('what holds everywhere holds for every task and kind that it names', () => {
  const admin = { rights: { task: [...EDITOR.task], user: ['manage' as const] }, grants: [] }
  expect(mayDo(admin, 'edit', { id: 'a', group: null })).toBe(true)
  expect([mayDo(admin, 'manage', 'user'), mayDo(admin, 'manage', 'task')]).toEqual([true, false])
})

test('a grant holds in its group, below it, and nowhere else', () => {
  const ada = { rights: {}, grants: [inGroup('backup')] }
  const places = ['backup', 'backup/night', 'backups', 'other', null]
  expect(places.map((group) => mayDo(ada, 'edit', { id: 'a', group }))).toEqual([true, true, false, false, false])
  expect([mayDo(ada, 'edit', 'task'), mayDo(ada, 'delete', 'task'), mayDo(ada, 'manage', 'user')]).toEqual([
    true,
    false,
    false,
  ])
})

test('a grant on a task holds for that task, wherever it lies', () => {
  const grant = { ...inGroup(''), scope: { kind: 'task' as const, id: 'a' } }
  const ada = { rights: {}, grants: [grant] }
  expect([mayDo(ada, 'execute', { id: 'a' }), mayDo(ada, 'execute', { id: 'b', group: 'x' })]).toEqual([true, false])
})
