import { expect, test } from 'vitest'
import { readCrontab } from '../crontab/read-crontab.ts'
import { originOf } from './identity.ts'
import type { ImportedTask } from './imported-task.ts'
import { type ImportWishes, otherNames, type StandingTask, stepFor, whenTaken } from './step.ts'

const [task] = readCrontab('0 2 * * * /opt/x\n', { format: 'user', source: 'jobs', defaultTimezone: 'UTC' }).tasks as [
  ImportedTask,
]
const wishes = (more: Partial<ImportWishes> = {}): ImportWishes => ({
  keepsUser: true,
  existing: 'skip',
  gone: 'keep',
  ...more,
})
const standing: StandingTask = { id: '1', name: task.name, schedule: 'none', group: 'mine', enabled: true }
const ours = { finding: 'changed', earlier: standing, there: standing } as const
const same = { ...ours, finding: 'unchanged' } as const
const own = { finding: 'added', earlier: null, there: standing } as const

test.each([
  ['a new job', { finding: 'added', earlier: null, there: null } as const, {}, { kind: 'create' }],
  ['a job as it was', same, {}, { kind: 'leave', result: 'unchanged' }],
  ['a job as it was, to be replaced', same, { existing: 'replace' }, { kind: 'leave', result: 'unchanged' }],
  ['a job that has changed', ours, {}, { kind: 'leave', result: 'changed' }],
  ['a job that has changed, to be renamed', ours, { existing: 'rename' }, { kind: 'leave', result: 'changed' }],
  ['a job that has changed, to be refused', ours, { existing: 'fail' }, { kind: 'leave', result: 'changed' }],
  ['a name that is somebody’s own', own, {}, { kind: 'leave', result: 'exists' }],
  ['such a name, to be replaced', own, { existing: 'replace' }, { kind: 'update', changes: task }],
  ['such a name, to be renamed', own, { existing: 'rename' }, { kind: 'rename' }],
  ['such a name, to be refused', own, { existing: 'fail' }, { kind: 'refuse' }],
] as const)('%s', (_, job, more, step) => {
  expect(stepFor({ task, ...job }, wishes(more))).toEqual(step)
})

test('what is asked for moves a task that is otherwise as it was, and only where tasks are replaced', () => {
  const moved = { ...wishes({ existing: 'replace' }), group: 'other' }
  expect(stepFor({ task, ...same }, moved)).toMatchObject({ kind: 'update', changes: { group: 'other' } })
  expect(stepFor({ task, ...same }, { ...moved, existing: 'skip' })).toEqual({ kind: 'leave', result: 'unchanged' })
  expect(stepFor({ task, ...same }, wishes({ existing: 'replace', enabled: false }))).toMatchObject({
    changes: { enabled: false },
  })
})

test('name, group, tags and whether it is enabled stay as people have set them since', () => {
  const step = stepFor({ task, ...ours }, wishes({ existing: 'replace' }))
  expect(step.kind === 'update' && Object.keys(step.changes)).toEqual(
    Object.keys(task).filter((field) => !['name', 'group', 'tags', 'enabled'].includes(field)),
  )
})

test('a name that another file’s task has is left to it, one of somebody’s own is treated as asked', () => {
  const source = '/srv/a/cron.d/app'
  const around = { source, taken: new Map<string, string | null>(), wishes: wishes({ existing: 'rename' }) }
  const origin = originOf('crontab', '/etc/cron.d/app', null, { type: 'shell', command: 'x' })
  expect(whenTaken(task, { ...standing, origin }, around)).toEqual({
    task: { ...task, name: `a-${task.name}` },
    step: { kind: 'create' },
  })
  expect(whenTaken(task, standing, around)).toEqual({ task, step: { kind: 'rename' } })
})

test('fifty names are tried', () => {
  expect([otherNames('a').length, otherNames('a')[0], otherNames('a').at(-1)]).toEqual([49, 'a 2', 'a 50'])
})
