import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Schema } from '../../../ports/schema.ts'
import { createBatchRunner, createReaderDialect, createWriterDialect } from './dialect.ts'
import { createReaders } from './readers.ts'

let db: DatabaseSync
let kysely: Kysely<Schema>
const settings = () => kysely.selectFrom('settings').selectAll().orderBy('key').execute()
const set = (key: string, value: string) => kysely.insertInto('settings').values({ key, value })

beforeEach(() => {
  db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)')
  kysely = new Kysely<Schema>({ dialect: createWriterDialect(db) })
})

describe('the dialect on the writing connection', () => {
  test('reads its own writes and tells how many rows changed', async () => {
    await set('a', '1').execute()
    const changed = await kysely.updateTable('settings').set({ value: '2' }).executeTakeFirstOrThrow()
    expect(changed.numUpdatedRows).toBe(1n)
    expect(await settings()).toEqual([{ key: 'a', value: '2' }])
  })

  test('answers what a statement returns', async () => {
    expect(await set('a', '1').returningAll().execute()).toEqual([{ key: 'a', value: '1' }])
  })

  test('refuses a transaction that awaits, since the engine writes on the same connection', async () => {
    const attempt = kysely.transaction().execute((trx) => trx.selectFrom('settings').selectAll().execute())
    await expect(attempt).rejects.toThrow('batch')
  })
})

describe('a batch', () => {
  test('is written all at once, with a result for each query', () => {
    const runBatch = createBatchRunner(db)
    const results = runBatch([set('a', '1').compile(), set('b', '2').returning('key').compile()])
    expect(results.map((result) => result.rows)).toEqual([[], [{ key: 'b' }]])
    expect(results[0]!.numAffectedRows).toBe(1n)
  })

  test('leaves nothing behind when one of its queries fails', async () => {
    const runBatch = createBatchRunner(db)
    expect(() => runBatch([set('a', '1').compile(), set('a', '2').compile()])).toThrow('UNIQUE')
    expect(await settings()).toEqual([])
    runBatch([set('c', '3').compile()])
    expect(await settings()).toEqual([{ key: 'c', value: '3' }])
  })
})

test('the dialect for reading takes queries of any form', async () => {
  const reading = new Kysely<Schema>({ dialect: createReaderDialect(createReaders({ file: null, db })) })
  await set('a', '1').execute()
  const { rows } = await sql<{ n: number }>`select count(*) as n from settings where key = ${'a'}`.execute(reading)
  expect(rows).toEqual([{ n: 1 }])
})
