import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogStore } from '../../../ports/logs.ts'
import { createSqliteLogStore, type SqliteLogStoreOptions } from './log-store.ts'

let folder: string
let file: string
let warnings: string[]
const stores: LogStore[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-logs-'))
  file = join(folder, 'logs.db')
  warnings = []
})

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
  rmSync(folder, { recursive: true })
})

function open(options: Partial<SqliteLogStoreOptions> = {}): LogStore {
  const store = createSqliteLogStore({ file, onWarning: (message) => warnings.push(message), ...options })
  stores.push(store)
  return store
}

const lines = (count: number, width = 1_000) =>
  Array.from({ length: count }, (_, i) => ({ at: i, stream: 'stdout' as const, text: `${i} `.padEnd(width, '.') }))

describe('the SQLite log store', () => {
  test('makes no file and no thread until there is a line', async () => {
    const store = open()
    expect(await store.flush('e')).toBe(0)
    expect((await store.read('e', {})).total).toBe(0)
    await store.remove(['e'])
    await store.close()
    expect(existsSync(file)).toBe(false)
  })

  test('writes what has gathered when its time is up, unasked', async () => {
    const clock = new ManualClock()
    const store = open({ clock, gatherMs: 200 })
    store.append('e', 1, lines(1))
    store.append('f', 1, lines(1))
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(199)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(1)
    expect(clock.pendingTimers).toBe(0)
    await store.close()
    expect((await open().read('f', {})).total).toBe(1)
  })

  test('says that it is behind when too much waits, and later that it has caught up', async () => {
    const store = open({ maxQueuedBytes: 100_000 })
    expect(store.append('e', 1, lines(50))).toBe(true)
    expect(store.append('e', 1, lines(100))).toBe(false)
    await store.drained()
    expect(store.status().queuedBytes).toBeLessThanOrEqual(50_000)
    expect(store.append('e', 1, lines(1))).toBe(true)
    expect((await store.read('e', {})).total).toBe(151)
  })

  test('drops what comes when nobody heeds the back-pressure, marks the place and keeps the numbers', async () => {
    const store = open({ maxQueuedBytes: 10_000 })
    for (let i = 0; i < 100; i++) store.append('e', 1, lines(10))
    const { droppedLines, queuedBytes } = store.status()
    expect(droppedLines).toBeGreaterThan(900)
    expect(queuedBytes).toBeLessThan(60_000)
    expect(await store.flush('e')).toBe(1_000)
    store.append('e', 1, [{ at: 0, stream: 'stdout', text: 'after' }])
    const page = await store.read('e', { tail: 2 })
    expect(page.lines[0]?.text).toContain(`${droppedLines} lines were not kept`)
    expect(page.lines[1]).toMatchObject({ no: 1_000, text: 'after' })
  })

  test('answers a long log in pages of bounded size, each beginning where the one before ended', async () => {
    const store = open()
    for (let i = 0; i < 20; i++) {
      store.append('e', 1, lines(20, 60_000))
      await store.drained()
    }
    let from: number | null = 0
    let count = 0
    let pages = 0
    while (from !== null) {
      const page = await store.read('e', { from, limit: 10_000 })
      for (const line of page.lines) expect(line.no).toBe(count++)
      expect(page.lines.length).toBeLessThan(100)
      from = page.next
      pages++
    }
    expect(count).toBe(400)
    expect(pages).toBeGreaterThan(4)
  })

  test('a search looks through all of a long log for its few lines', async () => {
    const store = open()
    for (let i = 0; i < 20; i++) {
      store.append('e', 1, [...lines(1_000), { at: 0, stream: 'stderr' as const, text: `Needle ${i}` }])
      await store.drained()
    }
    const found = await store.read('e', { q: 'needle' })
    expect(found.lines).toHaveLength(20)
    expect(found.next).toBeNull()
    const last = await store.read('e', { q: 'NEEDLE', stream: 'stderr', tail: 15 })
    expect(last.lines.map((it) => it.text)).toEqual(Array.from({ length: 15 }, (_, i) => `Needle ${i + 5}`))
  })

  test('sets a damaged file aside with a warning, when reading as when writing', async () => {
    writeFileSync(file, 'no database at all, and longer than a header of one hundred bytes. '.repeat(50))
    const store = open()
    expect(await store.read('e', {})).toEqual({ lines: [], total: 0, next: null })
    expect(warnings).toEqual([expect.stringContaining('damaged')])
    store.append('e', 1, lines(2))
    expect((await store.read('e', {})).total).toBe(2)
    expect(warnings).toHaveLength(1)
  })

  test('warns once when lines begin to be dropped and once when that ends', async () => {
    const clock = new ManualClock()
    const store = open({ clock, maxFileBytes: 200_000 })
    for (let i = 0; i < 30; i++) {
      const text = Buffer.from(crypto.getRandomValues(new Uint8Array(8_000))).toString('base64')
      store.append('flood', 1, [{ at: 0, stream: 'stdout', text }])
      await store.flush('flood')
    }
    expect(store.status()).toMatchObject({ fault: expect.stringContaining('full') })
    expect(store.status().droppedLines).toBeGreaterThan(5)
    expect(warnings).toEqual([expect.stringContaining('not being kept')])
    await store.remove(['flood'])
    expect(warnings).toEqual([expect.anything(), expect.stringContaining('kept again')])
    expect(store.status().fault).toBeNull()
  })
})
