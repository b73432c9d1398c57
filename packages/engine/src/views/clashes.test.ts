import { expect, test } from 'vitest'
import { type Claimant, clashesOf } from './clashes.ts'

const claimant = (more: Partial<Claimant> = {}): Claimant => ({
  overlap: 'queue',
  own: { key: 'task:a', max: 1 },
  shared: [],
  takesMs: 15,
  ...more,
})
const at = (...instants: number[]) => instants.map((instant) => ({ taskId: 'a', at: instant }))
const of = (tasks: Record<string, Claimant>) => (id: string) => tasks[id] ?? null
const clashes = (instants: number[], more: Partial<Claimant> = {}, running: number[] = []) =>
  clashesOf(
    at(...instants),
    running.map((startedAt) => ({ taskId: 'a', startedAt })),
    { now: 0, of: of({ a: claimant(more) }) },
  )

test('what comes while the one before runs waits for it, and the next one for that', () => {
  expect(clashes([0, 10, 20, 60])).toEqual([null, 15, 30, null])
})

test('a limit of two is free for two', () => {
  expect(clashes([0, 1, 2], { own: { key: 'task:a', max: 2 } })).toEqual([null, null, 15])
})

test('what would be skipped holds nothing', () => {
  expect(clashes([0, 10, 20], { overlap: 'skip' })).toEqual([null, 15, null])
})

test('what replaces waits for nobody, nor does what has no limit', () => {
  expect(clashes([0, 10], { overlap: 'replace' })).toEqual([null, null])
  expect(clashes([0, 10], { overlap: 'allow', own: null })).toEqual([null, null])
})

test('what runs now holds its place until it has taken as long as usual, or a moment longer', () => {
  expect(clashes([5], {}, [-5])).toEqual([10])
  expect(clashes([5], {}, [-500])).toEqual([null])
})

test('tasks with one key wait for each other', () => {
  const shared = [{ key: 'key:db', max: 1 }]
  const tasks = {
    a: claimant({ own: null, overlap: 'allow', shared }),
    b: claimant({ own: null, overlap: 'allow', shared }),
  }
  const coming = [
    { taskId: 'a', at: 0 },
    { taskId: 'b', at: 5 },
    { taskId: 'c', at: 6 },
  ]
  expect(clashesOf(coming, [], { now: 0, of: of(tasks) })).toEqual([null, 15, null])
})

test('of more that run than a limit has slots now, the last to end keep it', () => {
  expect(clashes([1, 2], {}, [-9, -4, -1])).toEqual([14, 29])
})
