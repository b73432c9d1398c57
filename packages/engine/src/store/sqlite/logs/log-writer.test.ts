import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Gatherer } from './gatherer.ts'
import { LogReader } from './log-reader.ts'
import { LogWriter } from './log-writer.ts'

let folder: string
let file: string
let clock: ManualClock
let writer: LogWriter

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-logs-'))
  file = join(folder, 'logs.db')
  clock = new ManualClock()
  writer = open()
})

afterEach(() => {
  writer.close()
  rmSync(folder, { recursive: true })
})

const open = (maxFileBytes = 1e9) => new LogWriter({ file, maxFileBytes, clock })

function batches(executionId: string, texts: string[], attempt = 1) {
  const gatherer = new Gatherer()
  const lines = texts.map((text, i) => ({ at: 1_000 + i, stream: 'stdout' as const, text }))
  gatherer.add(executionId, attempt, lines)
  return gatherer.take()
}

/** Text that no compression makes small. */
const noise = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64')

function read(executionId: string, query = {}) {
  const reader = new LogReader(file)
  try {
    return reader.read(executionId, query, null)
  } finally {
    reader.close()
  }
}

function rows(): number {
  const db = new DatabaseSync(file)
  try {
    return (db.prepare('SELECT count(*) AS n FROM log_chunks').get() as { n: number }).n
  } finally {
    db.close()
  }
}

describe('the writer of logs', () => {
  test('makes few chunks of many small ones, and no line is lost or moved by it', () => {
    for (let i = 0; i < 1_000; i++) writer.write(batches('slow', [`tick ${i}`]))
    expect(rows()).toBeLessThan(16)
    expect(read('slow').lines.map((it) => it.text)).toEqual(Array.from({ length: 1_000 }, (_, i) => `tick ${i}`))
  })

  test('keeps the lines of two attempts in chunks of their own', () => {
    for (let i = 0; i < 20; i++) writer.write(batches('e', [`first ${i}`], 1))
    for (let i = 0; i < 20; i++) writer.write(batches('e', [`second ${i}`], 2))
    const { lines } = read('e')
    expect(lines.map((it) => it.attempt)).toEqual([...Array(20).fill(1), ...Array(20).fill(2)])
    expect(lines.map((it) => it.no)).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  test('goes on with the numbers after a restart', () => {
    writer.write(batches('e', ['a', 'b']))
    writer.close()
    writer = open()
    expect(writer.count('e')).toBe(2)
    writer.write(batches('e', ['c'], 2))
    expect(read('e').lines.map((it) => [it.no, it.text])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ])
  })

  test('writes a mark where lines were skipped, and later lines have the numbers they would have had', () => {
    const gatherer = new Gatherer()
    gatherer.add('e', 1, [{ at: 1, stream: 'stdout', text: 'kept' }])
    gatherer.skip('e', 1, 500)
    gatherer.add('e', 1, [{ at: 2, stream: 'stdout', text: 'kept too' }])
    writer.write(gatherer.take())
    const { lines, total } = read('e')
    expect(lines.map((it) => [it.no, it.stream])).toEqual([
      [0, 'stdout'],
      [1, 'system'],
      [501, 'stdout'],
    ])
    expect(lines[1]?.text).toContain('500 lines were not kept')
    expect(total).toBe(502)
    expect(read('e', { from: 300 }).lines.map((it) => it.no)).toEqual([501])
  })
})

describe('when the disk is full the writer of logs', () => {
  const fill = () => {
    writer.close()
    writer = open(300_000)
    let report = writer.write(batches('flood', [noise(10_000)]))
    while (report.fault === null) report = writer.write(batches('flood', [noise(10_000)]))
    return report
  }

  test('drops and counts lines without an error, and says why', () => {
    const report = fill()
    expect(report).toMatchObject({ dropped: 1, fault: expect.stringContaining('full') })
    expect(writer.write(batches('other', ['a', 'b']))).toMatchObject({ dropped: 2 })
    expect(writer.count('other')).toBe(2)
  })

  test('recovers when space returns: one mark for the lost lines, then lines as before', async () => {
    fill()
    writer.write(batches('other', ['lost', 'lost too']))
    writer.remove(['flood'])
    await clock.advance(1_000)
    expect(writer.write(batches('other', ['back']))).toEqual({ dropped: 0, fault: null, setAside: null })
    const { lines, total } = read('other')
    expect(lines.map((it) => [it.no, it.stream])).toEqual([
      [0, 'system'],
      [2, 'stdout'],
    ])
    expect(lines[0]?.text).toContain('2 lines were not kept')
    expect(total).toBe(3)
  })

  test('asks the disk again once a second, not with every line', async () => {
    fill()
    const other = new DatabaseSync(file)
    other.exec('DELETE FROM log_chunks')
    other.close()
    expect(writer.write(batches('e', ['too soon'])).dropped).toBe(1)
    await clock.advance(1_000)
    expect(writer.write(batches('e', ['in time'])).dropped).toBe(0)
  })

  test('marks the losses of executions that have ended by then, too', () => {
    fill()
    writer.write(batches('ended', ['last words']))
    writer.remove(['flood'])
    writer.close()
    expect(read('ended').lines[0]?.text).toContain('1 line was not kept')
  })
})

describe('a damaged database of logs', () => {
  const damaged = () => readdirSync(folder).filter((name) => /^logs\.db\.damaged-[^-]+-[^-]+-[^-]+Z$/.test(name))

  test('that is no database at all is set aside at the first line, and a new one begun', () => {
    writeFileSync(file, 'this is a letter to my aunt, not a database'.repeat(100))
    const report = writer.write(batches('e', ['hello']))
    expect(report).toMatchObject({ dropped: 0, fault: null })
    expect(report.setAside).toContain('logs.db.damaged-')
    expect(damaged()).toHaveLength(1)
    expect(read('e').lines.map((it) => it.text)).toEqual(['hello'])
  })

  test('found by a reader is replaced, and the numbers of running executions go on', () => {
    writer.write(batches('e', ['a', 'b']))
    expect(writer.replaceDamaged().setAside).not.toBeNull()
    writer.write(batches('e', ['c']))
    expect(read('e')).toMatchObject({ lines: [{ no: 2, text: 'c' }], total: 3 })
  })

  test('whose damage is in one body loses no other line', () => {
    writer.write(batches('e', ['x'.repeat(1_000)]))
    writer.write(batches('e', ['healthy']))
    const db = new DatabaseSync(file)
    db.exec("UPDATE log_chunks SET body = x'00ff00ff' WHERE first_no = 0")
    db.close()
    const { lines } = read('e')
    expect(lines.map((it) => it.text)).toEqual([expect.stringContaining('damaged'), 'healthy'])
  })

  test('from a newer release is left alone and lines are dropped with that reason', () => {
    writer.write(batches('e', ['a']))
    writer.close()
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 99')
    db.close()
    writer = open()
    expect(writer.write(batches('e', ['b']))).toMatchObject({ dropped: 1, fault: expect.stringContaining('schema 99') })
    expect(damaged()).toEqual([])
  })

  test('in a place that cannot be written drops lines and says why', () => {
    mkdirSync(join(folder, 'logs-dir'))
    const nowhere = new LogWriter({ file: join(folder, 'logs-dir'), maxFileBytes: 1e9, clock })
    expect(nowhere.write(batches('e', ['b']))).toMatchObject({ dropped: 1, fault: expect.stringContaining('open') })
    nowhere.close()
  })
})
