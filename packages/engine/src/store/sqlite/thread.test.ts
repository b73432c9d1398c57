import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReaderApi } from './reader/reader-thread.ts'
import { Thread, type ThreadOptions } from './thread.ts'

let folder: string
let file: string
let thread: Thread<ReaderApi>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-thread-'))
  file = join(folder, 'state.db')
  new DatabaseSync(file).exec('CREATE TABLE t (a); INSERT INTO t VALUES (7)')
})

afterEach(async () => {
  await thread.end()
  rmSync(folder, { recursive: true })
})

const start = (options: ThreadOptions) => {
  thread = new Thread<ReaderApi>('./reader/reader-thread', import.meta.url, { file }, options)
}
const read = () => thread.call('query', { sql: 'SELECT a FROM t', parameters: [] })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a thread', () => {
  test('rests when it is not needed, and begins again with the next call', async () => {
    start({ idleMs: 1 })
    for (let round = 0; round < 3; round++) {
      expect(await read()).toEqual([{ a: 7 }])
      while (!thread.isAtRest) await turn()
    }
    expect(thread.isDead).toBe(false)
  })

  test('answers calls that come while it goes to rest, in their order', async () => {
    start({ idleMs: 1 })
    const answered: number[] = []
    const calls: Promise<unknown>[] = []
    for (let i = 0; i < 300; i++) {
      if (i % 10 === 0) while (!thread.isAtRest) await turn()
      calls.push(read().then(() => answered.push(i)))
    }
    await Promise.all(calls)
    expect(answered).toEqual(Array.from({ length: 300 }, (_, i) => i))
  })

  test('does not rest while it holds what must not be forgotten', async () => {
    let asked = 0
    start({
      idleMs: 1,
      mayRest: () => {
        asked++
        return false
      },
    })
    await read()
    while (asked < 3) await turn()
    expect(thread.isAtRest).toBe(false)
  })

  test('ends while it rests without a call left open', async () => {
    start({ idleMs: 1 })
    while (!thread.isAtRest) await turn()
    await thread.end()
    expect(thread.isAtRest).toBe(true)
  })
})
