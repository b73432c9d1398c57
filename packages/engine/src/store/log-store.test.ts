import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { LogLine, LogStore, LogStream } from '../ports/logs.ts'
import { createMemoryLogStore } from './memory/log-store.ts'
import { createSqliteLogStore } from './sqlite/logs/log-store.ts'

const opened: LogStore[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
})

const adapters: [string, () => Promise<LogStore>][] = [
  ['memory', async () => createMemoryLogStore()],
  [
    'SQLite',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'rota-logs-'))
      folders.push(folder)
      return createSqliteLogStore({ file: join(folder, 'logs.db') })
    },
  ],
]

const line = (text: string, stream: LogStream = 'stdout', at = 1_000): LogLine => ({ at, stream, text })
const numbered = (count: number, text = (i: number) => `line ${i}`) =>
  Array.from({ length: count }, (_, i) => line(text(i), 'stdout', 1_000 + i))

describe.each(adapters)('every log store, here %s,', (_name, make) => {
  const open = async () => {
    const store = await make()
    opened.push(store)
    return store
  }
  const numbers = async (store: LogStore, query: Parameters<LogStore['read']>[1]) =>
    (await store.read('e', query)).lines.map((it) => it.no)

  test('answers what was appended, in order, with stream, instant, attempt and number', async () => {
    const store = await open()
    expect(store.append('e', 1, [line('one', 'stdout', 5), line('two', 'stderr', 4), line('three', 'system', 9)])).toBe(
      true,
    )
    expect(await store.read('e', {})).toEqual({
      lines: [
        { no: 0, attempt: 1, at: 5, stream: 'stdout', text: 'one' },
        { no: 1, attempt: 1, at: 4, stream: 'stderr', text: 'two' },
        { no: 2, attempt: 1, at: 9, stream: 'system', text: 'three' },
      ],
      total: 3,
      next: null,
    })
  })

  test('numbers go on over the attempts of an execution, and each execution has its own', async () => {
    const store = await open()
    store.append('e', 1, [line('first try')])
    store.append('other', 1, [line('something else')])
    await store.flush('e')
    store.append('e', 2, [line('second try')])
    const { lines } = await store.read('e', {})
    expect(lines.map(({ no, attempt, text }) => [no, attempt, text])).toEqual([
      [0, 1, 'first try'],
      [1, 2, 'second try'],
    ])
    expect((await store.read('other', {})).total).toBe(1)
  })

  test('flush answers how many lines there are', async () => {
    const store = await open()
    expect(await store.flush('e')).toBe(0)
    store.append('e', 1, numbered(7))
    expect(await store.flush('e')).toBe(7)
    expect(await store.flush('nobody')).toBe(0)
  })

  test('pages follow one another by their next number until it is null', async () => {
    const store = await open()
    for (let i = 0; i < 10; i++) store.append('e', 1, numbered(100))
    const seen: number[] = []
    let from: number | null = 0
    while (from !== null) {
      const page = await store.read('e', { from, limit: 333 })
      expect(page.total).toBe(1_000)
      seen.push(...page.lines.map((it) => it.no))
      from = page.next
    }
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
  })

  test('from begins in the middle and beyond the end there is nothing', async () => {
    const store = await open()
    store.append('e', 1, numbered(10))
    expect(await numbers(store, { from: 7 })).toEqual([7, 8, 9])
    expect(await numbers(store, { from: 10 })).toEqual([])
    expect(await numbers(store, { from: 3, limit: 2 })).toEqual([3, 4])
  })

  test('tail counts from the end, among the matching lines when there is a filter', async () => {
    const store = await open()
    store.append(
      'e',
      1,
      numbered(100).map((it, i) => ({ ...it, stream: i % 10 === 0 ? 'stderr' : 'stdout' }) as LogLine),
    )
    expect(await numbers(store, { tail: 3 })).toEqual([97, 98, 99])
    expect(await numbers(store, { tail: 3, stream: 'stderr' })).toEqual([70, 80, 90])
    expect(await numbers(store, { tail: 500 })).toHaveLength(100)
  })

  test('text is searched literally and without regard to case', async () => {
    const store = await open()
    store.append('e', 1, [line('Disk FULL (.*)'), line('fine'), line('disk full'), line('ÄRGER')])
    expect(await numbers(store, { q: 'disk full' })).toEqual([0, 2])
    expect(await numbers(store, { q: '(.*)' })).toEqual([0])
    expect(await numbers(store, { q: 'ärger' })).toEqual([3])
    expect(await numbers(store, { q: 'disk', limit: 1 })).toEqual([0])
  })

  test('empty lines, NUL, escapes and every script come back as they were', async () => {
    const store = await open()
    const texts = ['', '\0\u001b[31mred\u001b[0m', '进度 100%\r', '😀', ' ', '']
    store.append(
      'e',
      1,
      texts.map((text) => line(text)),
    )
    expect((await store.read('e', {})).lines.map((it) => it.text)).toEqual(texts)
  })

  test('what is removed is gone, and the rest stays', async () => {
    const store = await open()
    for (const id of ['a', 'b', 'e']) store.append(id, 1, numbered(3))
    await store.remove(['a', 'b', 'never'])
    expect((await store.read('a', {})).total).toBe(0)
    expect((await store.read('e', {})).total).toBe(3)
    store.append('a', 1, [line('anew')])
    expect((await store.read('a', {})).lines.map((it) => it.no)).toEqual([0])
  })

  test('an execution without output has an empty log', async () => {
    const store = await open()
    expect(store.append('e', 1, [])).toBe(true)
    await store.drained()
    expect(await store.read('e', { tail: 5 })).toEqual({ lines: [], total: 0, next: null })
    expect(store.status()).toEqual({ queuedBytes: 0, droppedLines: 0, fault: null })
  })

  test('after the close lines are dropped and counted, never an error', async () => {
    const store = await open()
    store.append('e', 1, numbered(2))
    await store.close()
    store.append('e', 1, numbered(3))
    await store.drained()
    expect(store.status().droppedLines).toBe(3)
  })
})

describe('the log store in memory', () => {
  test('lets the longest untouched logs go first and then the oldest lines, and keeps the numbers', async () => {
    const store = createMemoryLogStore({ maxBytes: 100 * 1_080 })
    const wide = (count: number) => numbered(count, () => 'x'.repeat(1_000))
    store.append('old', 1, wide(40))
    store.append('young', 1, wide(40))
    store.append('young', 1, wide(30))
    expect(await store.read('old', {})).toEqual({ lines: [], total: 40, next: null })
    expect(store.status().droppedLines).toBe(40)
    expect((await store.read('young', {})).lines).toHaveLength(70)
    store.append('young', 1, wide(50))
    const { lines, total } = await store.read('young', {})
    expect(total).toBe(120)
    expect(lines.length).toBeLessThan(100)
    expect(lines.at(-1)?.no).toBe(119)
    expect(lines[0]?.no).toBe(120 - lines.length)
    expect(store.status().droppedLines).toBe(160 - lines.length)
  })
})
