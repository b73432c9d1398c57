import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { transaction } from '../database.ts'
import { openSample, type Sample } from '../queries/sample-history.ts'
import { createReaders, type Readers } from './readers.ts'

describe('readers of a file', () => {
  let sample: Sample
  let readers: Readers

  beforeEach(() => {
    sample = openSample({ threads: true })
    readers = sample.readers
  })
  afterEach(() => sample.close())

  test('see what was committed before the query, not what has not been', async () => {
    sample.db.exec("INSERT INTO settings VALUES ('a', '1')")
    expect(await readers.query('SELECT value FROM settings', [])).toEqual([{ value: '1' }])
    const seen = transaction(sample.db, () => {
      sample.db.exec("UPDATE settings SET value = '2'")
      return readers.query('SELECT value FROM settings', [])
    })
    await seen
    expect(await readers.query('SELECT value FROM settings', [])).toEqual([{ value: '2' }])
  })

  test('take booleans and undefined as SQLite writes them', async () => {
    const rows = await readers.query('SELECT ? AS yes, ? AS no, ? AS none', [true, false, undefined])
    expect(rows).toEqual([{ yes: 1, no: 0, none: null }])
  })

  test('refuse to write', async () => {
    await expect(readers.query("INSERT INTO settings VALUES ('a', '1')", [])).rejects.toThrow(/readonly|read-only/)
  })

  test('report a wrong statement and go on with the next', async () => {
    await expect(readers.query('SELECT nonsense', [])).rejects.toThrow('no such column: nonsense')
    expect(await readers.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }])
  })

  test('answer many queries at once, each its own', async () => {
    const asked = Array.from({ length: 200 }, (_, i) => readers.query('SELECT ? AS i', [i]))
    expect((await Promise.all(asked)).flat()).toEqual(asked.map((_, i) => ({ i })))
  })

  test('end on close, twice as well as once, and refuse what comes later', async () => {
    await readers.query('SELECT 1', [])
    await readers.close()
    await readers.close()
    await expect(readers.query('SELECT 1', [])).rejects.toThrow('closed')
  })

  test('do not keep a process alive that has forgotten to close them', async () => {
    const script = `
      import { DatabaseSync } from 'node:sqlite'
      import { createReaders } from ${JSON.stringify(new URL('./readers.ts', import.meta.url).href)}
      const file = ${JSON.stringify(sample.file)}
      const readers = createReaders({ file, db: new DatabaseSync(file) })
      console.log(JSON.stringify(await readers.query('SELECT 42 AS answer', [])))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    const [code] = await once(child, 'close')
    expect({ code, output }).toEqual({ code: 0, output: '[{"answer":42}]\n' })
  })
})

test('readers of a database in memory read through its own connection', async () => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (7)')
  const readers = createReaders({ file: null, db })
  expect(await readers.query('SELECT a FROM t WHERE a > ?', [5])).toEqual([{ a: 7 }])
  await readers.close()
})
