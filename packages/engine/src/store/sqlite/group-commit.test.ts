import { DatabaseSync } from 'node:sqlite'
import { RotaError } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardTransactions } from './database.ts'
import { type Commit, createGroupCommit } from './group-commit.ts'
import { migrate } from './migrate.ts'

let db: DatabaseSync
let commit: Commit
let transactions: number

beforeEach(() => {
  db = new DatabaseSync(':memory:')
  migrate(db, 0)
  db.exec('CREATE TABLE t (a INTEGER NOT NULL UNIQUE)')
  transactions = 0
  guardTransactions(db, () => {
    transactions++
  })
  // Its time stands still: whatever the machine does, a transaction is not cut short.
  commit = createGroupCommit(db, new ManualClock())
})
afterEach(() => db.close())

const add = (a: number | null) => commit(() => db.prepare('INSERT INTO t VALUES (?)').run(a))
const rows = () =>
  db
    .prepare('SELECT a FROM t ORDER BY a')
    .all()
    .map((row) => row.a)

test('what is asked for in one turn shares a commit, and each part has its own answer', async () => {
  const answers = await Promise.allSettled([add(1), add(2), add(1), add(null), add(3)])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(rows()).toEqual([1, 2, 3])
  expect(transactions).toBe(1)
})

test('what a part did before it failed is undone, and the next sees what those before it did', async () => {
  const first = add(1)
  const failing = commit(() => {
    db.exec('INSERT INTO t VALUES (7)')
    throw new RotaError('conflict', 'no')
  })
  const counted = commit(() => db.prepare('SELECT count(*) AS n FROM t').get()!.n)
  const [, failed, count] = await Promise.allSettled([first, failing, counted])
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } })
  expect(count).toMatchObject({ status: 'fulfilled', value: 1 })
  expect(rows()).toEqual([1])
})

test('nobody is answered before the commit, and a commit that fails is told to all of it', async () => {
  const events: string[] = []
  db.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY); PRAGMA foreign_keys = ON')
  db.exec('CREATE TABLE child (p INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)')
  const orphan = commit(() => db.exec('INSERT INTO child VALUES (1)'))
  const good = add(1).then(
    () => events.push('answered'),
    () => events.push('refused'),
  )
  await Promise.allSettled([orphan, good])
  expect(events).toEqual(['refused'])
  expect(rows()).toEqual([])
  await add(2)
  expect(rows()).toEqual([2])
})

test('a thousand parts are all carried out, in their order', async () => {
  const order: number[] = []
  const all = Array.from({ length: 1_000 }, (_, a) => add(a).then(() => order.push(a)))
  await Promise.all(all)
  expect(order).toEqual(all.map((_, a) => a))
  expect(transactions).toBeLessThan(1_000)
})

test('a connection that may not write any more refuses each part', async () => {
  guardTransactions(db, () => {
    throw new RotaError('unavailable', 'taken over')
  })
  const answers = await Promise.allSettled([add(1), add(2), add(3)])
  expect(answers.map((answer) => answer.status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(rows()).toEqual([])
})
