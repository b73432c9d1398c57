import { expect, test } from 'vitest'
import { readCrontab } from '../crontab/read-crontab.ts'
import { planImport, planningImport } from './plan.ts'
import type { ImportWishes, StandingTask } from './step.ts'

const WISHES: ImportWishes = { keepsUser: true, existing: 'skip', gone: 'delete' }

function file(text: string, source = 'jobs') {
  const { entries, isCrontab } = readCrontab(text, { format: 'user', source, defaultTimezone: 'UTC' })
  return { entries, isReadable: isCrontab }
}

/** The tasks that a first import of a text has made. */
function made(text: string): StandingTask[] {
  return file(text).entries.flatMap(({ task }, id) => (task === undefined ? [] : [{ ...task, id: String(id) }]))
}

const around = (earlier: StandingTask[] = []) => ({ source: 'jobs', earlier, taken: new Map<string, string | null>() })

test('every line has its entry, and only jobs have a step', () => {
  const { entries } = planImport(file('# why\nA=1\n0 1 * * * /opt/x\n0 99 * * * /opt/y\n'), around(), WISHES)
  expect(entries.map(({ step, finding }) => [step?.kind ?? null, finding])).toEqual([
    [null, null],
    [null, null],
    ['create', 'added'],
    [null, null],
  ])
})

test('lines that are not chosen are named like the others, and nothing comes of them', () => {
  const text = '0 1 * * * /opt/x\n0 2 * * * /opt/x\n'
  const all = planImport(file(text), around(), WISHES)
  const some = planImport(file(text), around(), { ...WISHES, lines: [2] })
  expect(some.entries.map(({ task }) => task?.name)).toEqual(all.entries.map(({ task }) => task?.name))
  expect(some.entries.map(({ step }) => step?.kind ?? null)).toEqual([null, 'create'])
})

test('what has gone is told of the whole file only, and never of what is no crontab', () => {
  const earlier = made('0 1 * * * /opt/x\n0 2 * * * /opt/y\n')
  const gone = (text: string, wishes = WISHES) => {
    const plan = planImport(file(text), around(earlier), wishes)
    return [plan.gone.length, plan.gonePolicy]
  }
  expect(gone('0 1 * * * /opt/x\n')).toEqual([1, 'delete'])
  expect(gone('0 1 * * * /opt/x\n', { ...WISHES, lines: [1] })).toEqual([1, 'keep'])
  expect(gone('# all done\n')).toEqual([2, 'delete'])
  expect(gone('#!/bin/sh\nset -e\ncp a b\nif true; then\n  ls\nfi\n')).toEqual([0, 'delete'])
})

test('names are asked for at once, and again where the first is that of another file', () => {
  const [task] = made('0 1 * * * /opt/x\n') as [StandingTask]
  const theirs = { ...task, origin: task.origin!.replace('crontab:jobs', 'crontab:/etc/cron.d/jobs') }
  const source = '/srv/a/jobs'
  const planning = planningImport(file('0 1 * * * /opt/x\n'), { ...around(), source }, WISHES)
  expect(planning.next().value).toEqual([task.name])
  expect(planning.next(new Map([[task.name, theirs]])).value).toEqual([`a-${task.name}`])
  expect(planning.next(new Map())).toMatchObject({
    done: true,
    value: { entries: [{ task: { name: `a-${task.name}` }, step: { kind: 'create' } }] },
  })
})

test('a job keeps the name that its task has got', () => {
  const [task] = made('0 1 * * * /opt/x\n') as [StandingTask]
  const renamed = { ...task, name: 'my own name' }
  const { entries } = planImport(file('0 5 * * * /opt/x\n'), around([renamed]), { ...WISHES, existing: 'replace' })
  expect(entries[0]).toMatchObject({ finding: 'changed', task: { name: 'my own name' }, step: { kind: 'update' } })
})
