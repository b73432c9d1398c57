import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom, ManualClock } from '@rota/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { createMemoryTails } from '../../hot/memory/tails.ts'
import type { LogStore, NumberedLine } from '../../ports/logs.ts'
import { createMemoryLogStore } from '../../store/memory/log-store.ts'
import { createSqliteLogStore } from '../../store/sqlite/logs/log-store.ts'
import { type FollowOptions, followLog } from './follow-log.ts'

const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** An execution whose lines are `0`, `1`, `2`, …, and whoever follows it. */
function execution(logs: LogStore = createMemoryLogStore()) {
  const tails = createMemoryTails()
  const clock = new ManualClock()
  let written = 0
  let final = false
  const write = (count: number, attempt = 1) => {
    const lines = Array.from({ length: count }, () => ({ at: 0, stream: 'stdout' as const, text: String(written++) }))
    logs.append('e', attempt, lines)
    tails.publish('e', attempt, lines)
  }
  const finish = () => {
    final = true
  }
  const end = () => {
    finish()
    tails.end('e')
  }
  const follow = (options: Partial<FollowOptions> = {}) => {
    const stop = new AbortController()
    cleanups.push(() => stop.abort())
    const usual = { id: 'e', from: 0, signal: stop.signal, isFinal: async () => final, clock }
    return { stop, lines: followLog(logs, tails, { ...usual, ...options }) }
  }
  return { tails, clock, write, finish, end, follow, written: () => written }
}

async function collect(batches: AsyncIterable<NumberedLine[]>): Promise<number[]> {
  const seen: number[] = []
  for await (const lines of batches) {
    for (const line of lines) {
      expect(line.text).toBe(String(line.no))
      seen.push(line.no)
    }
  }
  return seen
}

const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, i) => from + i)
const numbers = (result: IteratorResult<NumberedLine[]>) => (result.value as NumberedLine[]).map((it) => it.no)

describe('whoever follows a log', () => {
  test('of an ended execution gets all of it and then the end', async () => {
    const it = execution()
    it.write(5_000)
    it.end()
    expect(await collect(it.follow().lines)).toEqual(upTo(5_000))
  })

  test('gets the stored lines first and then the live ones, with their numbers going on', async () => {
    const it = execution()
    it.write(3)
    const { lines } = it.follow()
    expect(numbers(await lines.next())).toEqual([0, 1, 2])
    const next = lines.next()
    it.write(2)
    expect(numbers(await next)).toEqual([3, 4])
    it.write(1, 2)
    it.end()
    expect((await lines.next()).value).toEqual([{ no: 5, attempt: 2, at: 0, stream: 'stdout', text: '5' }])
    expect((await lines.next()).done).toBe(true)
  })

  test('who begins in the middle gets nothing before, who begins beyond the end gets what is still to come', async () => {
    const it = execution()
    it.write(10)
    const middle = it.follow({ from: 7 }).lines
    const beyond = it.follow({ from: 12 }).lines
    expect(numbers(await middle.next())).toEqual([7, 8, 9])
    const first = beyond.next()
    await new Promise(setImmediate)
    it.write(5)
    expect(numbers(await first)).toEqual([12, 13, 14])
  })

  test('before its first line waits for it', async () => {
    const it = execution()
    const { lines } = it.follow()
    const first = lines.next()
    await new Promise(setImmediate)
    it.write(1)
    expect(numbers(await first)).toEqual([0])
  })

  test('goes on over a restart of the server: what an earlier process wrote has its numbers already', async () => {
    const logs = createMemoryLogStore()
    const before = execution(logs)
    before.write(4)
    const tails = createMemoryTails()
    const stop = new AbortController()
    const clock = new ManualClock()
    const lines = followLog(logs, tails, { id: 'e', from: 0, signal: stop.signal, isFinal: async () => false, clock })
    await lines.next()
    const next = lines.next()
    const line = { at: 0, stream: 'stdout' as const, text: '4' }
    logs.append('e', 2, [line])
    tails.publish('e', 2, [line])
    expect((await next).value).toEqual([{ ...line, no: 4, attempt: 2 }])
    stop.abort()
    expect((await lines.next()).done).toBe(true)
  })

  test('stops at once when the signal aborts, also while waiting, and leaves no timer and no listener', async () => {
    const it = execution()
    it.write(1)
    const { lines, stop } = it.follow()
    await lines.next()
    const waiting = lines.next()
    await new Promise(setImmediate)
    expect(it.clock.pendingTimers).toBe(1)
    stop.abort()
    expect((await waiting).done).toBe(true)
    expect(it.clock.pendingTimers).toBe(0)
    it.write(1)
  })

  test('notices an end that nobody announced', async () => {
    const it = execution()
    it.write(2)
    const all = collect(it.follow().lines)
    await it.clock.advance(4_999)
    it.finish()
    await it.clock.advance(1)
    expect(await all).toEqual([0, 1])
  })

  test('stays over the end of an attempt that is to be tried again', async () => {
    const it = execution()
    it.write(2)
    const all = collect(it.follow().lines)
    await it.clock.advance(0)
    it.tails.end('e')
    await it.clock.advance(100)
    it.write(3, 2)
    await it.clock.advance(0)
    it.end()
    expect(await all).toEqual(upTo(5))
  })

  test('is done with the word of the end, without asking again later', async () => {
    const it = execution()
    it.write(1)
    const all = collect(it.follow().lines)
    await it.clock.advance(0)
    it.finish()
    it.tails.end('e')
    expect(await all).toEqual([0])
    expect(it.clock.pendingTimers).toBe(0)
  })

  test('and is slow holds up nobody: what did not fit is read from the store, without a gap or a repetition', async () => {
    const it = execution()
    const { lines } = it.follow({ maxBuffered: 2_000 })
    const first = lines.next()
    await new Promise(setImmediate)
    it.write(1)
    await first
    for (let i = 0; i < 1_000; i++) it.write(10)
    const rest = collect(lines)
    it.end()
    expect(await rest).toEqual(upTo(10_001, 1))
  })
})

describe('whatever the pace of writer and watcher,', () => {
  const stores: [string, () => LogStore][] = [
    ['memory', () => createMemoryLogStore()],
    [
      'SQLite',
      () => {
        const folder = mkdtempSync(join(tmpdir(), 'rota-follow-'))
        const logs = createSqliteLogStore({ file: join(folder, 'logs.db') })
        cleanups.push(
          () => rmSync(folder, { recursive: true }),
          () => logs.close(),
        )
        return logs
      },
    ],
  ]

  test.each(stores)('each line comes exactly once and in order (%s)', async (name, make) => {
    for (let seed = 1; seed <= (name === 'memory' ? 200 : 5); seed++) {
      const random = createRandom(seed)
      const it = execution(make())
      const turn = () => new Promise((resolve) => setImmediate(resolve))
      const watch = async (from: number) => {
        const seen: number[] = []
        const maxBuffered = random.next() < 0.5 ? 500 : 100_000
        for await (const lines of it.follow({ from, maxBuffered }).lines) {
          seen.push(...lines.map((line) => line.no))
          for (let i = random.next() * 6; i > 1; i--) await turn()
        }
        return seen
      }
      const watchers = [watch(0)]
      for (let step = 0; step < 60; step++) {
        if (random.next() < 0.1) watchers.push(watch(0))
        it.write(Math.floor(random.next() * 12), 1 + Math.floor(step / 30))
        if (random.next() < 0.6) await turn()
      }
      it.end()
      for (const seen of await Promise.all(watchers)) expect(seen, `seed ${seed}`).toEqual(upTo(it.written()))
    }
  })
})

describe('an unfinished line', () => {
  const line = (text: string) => ({ stream: 'stdout', text, since: 0 }) as const

  /** Everything a follower is told, in order: texts of lines, and `[…]` for what stands unfinished. */
  function told(it: ReturnType<typeof execution>) {
    const seen: string[] = []
    const onUnfinished = (unfinished: { text: string } | null) => seen.push(`[${unfinished?.text ?? ''}]`)
    const { lines, stop } = it.follow({ onUnfinished })
    const done = (async () => {
      for await (const batch of lines) seen.push(...batch.map(({ text }) => text))
    })()
    return { seen, stop, done }
  }
  const turn = () => new Promise(setImmediate)

  test('is told between the lines, in place of the one before, and cleared before its final form', async () => {
    const it = execution()
    it.write(1)
    const { seen, done } = told(it)
    await turn()
    it.tails.publishUnfinished('e', line('10 %'))
    it.tails.publishUnfinished('e', line('20 %'))
    it.tails.publishUnfinished('e', null)
    it.write(1)
    it.end()
    await done
    expect(seen).toEqual(['0', '[10 %]', '[20 %]', '[]', '1'])
  })

  test('that stands already is told to who comes later, behind the stored lines', async () => {
    const it = execution()
    it.write(2)
    it.tails.publishUnfinished('e', line('Name? '))
    const { seen, stop, done } = told(it)
    await turn()
    expect(seen).toEqual(['0', '1', '[Name? ]'])
    stop.abort()
    await done
  })

  test('is cleared when its attempt ends though nobody cleared it', async () => {
    const it = execution()
    const { seen, stop, done } = told(it)
    await turn()
    it.tails.publishUnfinished('e', line('half'))
    it.tails.end('e')
    await turn()
    expect(seen).toEqual(['[half]', '[]'])
    stop.abort()
    await done
  })
})
