import { systemClock } from '@rota/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogLine, LogStore } from '../../../ports/logs.ts'
import { createDatabase, type Database } from '../database.ts'
import { makeSchema, type TestSchema } from '../testing/schema.ts'
import { withPostgres } from '../testing/server.ts'
import { createPostgresLogStore } from './log-store.ts'

const line = (text: string, stream: LogLine['stream'] = 'stdout', at = 5): LogLine => ({ at, stream, text })
const many = (count: number) => Array.from({ length: count }, (_, i) => line(`line ${i}`))

withPostgres('PostgreSQL: logs', (url) => {
  describe('logs in PostgreSQL', () => {
    let schema: TestSchema
    let logs: LogStore
    let made = 0
    let id: string

    beforeAll(async () => {
      schema = await makeSchema(url)
    })
    afterAll(() => schema.drop())
    const open = (db: Database = schema.db) => {
      id = `execution ${++made}`
      logs = createPostgresLogStore({ db, clock: systemClock, gatherMs: 5, maxQueuedBytes: 1000 })
    }
    const numbers = async (query: Parameters<LogStore['read']>[1]) =>
      (await logs.read(id, query)).lines.map((it) => it.no)

    test('lines come back as they were, numbered over all attempts, whoever wrote them', async () => {
      open()
      logs.append(id, 1, [line('one'), line('two\n\0', 'stderr', 4)])
      expect(await logs.flush(id)).toBe(2)
      const other = createPostgresLogStore({ db: schema.db, clock: systemClock })
      other.append(id, 2, [line('three', 'system', 9)])
      expect(await other.read(id, {})).toEqual({
        lines: [
          { no: 0, attempt: 1, at: 5, stream: 'stdout', text: 'one' },
          { no: 1, attempt: 1, at: 4, stream: 'stderr', text: 'two\n\0' },
          { no: 2, attempt: 2, at: 9, stream: 'system', text: 'three' },
        ],
        total: 3,
        next: null,
      })
    })

    test('a long log is read page by page, from its end, and searched', async () => {
      open()
      for (let i = 0; i < 40; i++) {
        logs.append(id, 1, many(50))
        await logs.flush(id)
      }
      const first = await logs.read(id, { limit: 600 })
      expect(first.lines).toHaveLength(600)
      expect([first.total, first.next]).toEqual([2000, 600])
      expect(await numbers({ from: 1995 })).toEqual([1995, 1996, 1997, 1998, 1999])
      expect(await numbers({ tail: 3 })).toEqual([1997, 1998, 1999])
      expect((await logs.read(id, { q: 'LINE 49', limit: 100 })).lines).toHaveLength(40)
      expect(await numbers({ stream: 'stderr' })).toEqual([])
    })

    test('what nobody made room for is counted in its place', async () => {
      open()
      const flood = Array.from({ length: 60 }, () => line('x'.repeat(80)))
      expect(logs.append(id, 1, flood)).toBe(false)
      expect(logs.append(id, 1, [line('lost'), line('lost')])).toBe(false)
      await logs.drained()
      expect(logs.append(id, 1, [line('last')])).toBe(true)
      const { lines, total } = await logs.read(id, { from: 59 })
      expect(lines.map(({ no, stream }) => [no, stream])).toEqual([
        [59, 'stdout'],
        [60, 'system'],
        [62, 'stdout'],
      ])
      expect(total).toBe(63)
      expect(logs.status()).toMatchObject({ queuedBytes: 0, droppedLines: 2, fault: null })
    })

    test('while the database is away lines wait, and nothing rejects', async () => {
      let away = true
      const refusing = createDatabase({ pool: schema.pool, clock: systemClock })
      open({
        run: (name, values) => refusing.run(name, values),
        transaction: (work) => (away ? Promise.reject(new Error('away')) : refusing.transaction(work)),
      })
      logs.append(id, 1, [line('one')])
      expect(await logs.flush(id)).toBe(1)
      expect(logs.status().fault).toBe('away')
      away = false
      await logs.flush(id)
      expect(await numbers({})).toEqual([0])
      expect(logs.status()).toMatchObject({ queuedBytes: 0, fault: null })
    })

    test('a flush counts what had come when it was called, not what comes while it is under way', async () => {
      open()
      const counts: Promise<number>[] = []
      for (let i = 0; i < 40; i++) {
        logs.append(id, 1, many(i % 3))
        counts.push(logs.flush(id))
        // In the same turn, and while the flush waits for the database.
        logs.append(id, 1, many(1))
        if (i % 4 === 0) await counts.at(-1)
      }
      let expected = 0
      for (const [i, count] of counts.entries()) {
        expected += i % 3
        expect(await count, `flush ${i}`).toBe(expected)
        expected += 1
      }
      expect(await logs.flush(id)).toBe(expected)
      expect((await logs.read(id, {})).total).toBe(expected)
    })

    test('a log can be removed', async () => {
      open()
      logs.append(id, 1, many(3))
      await logs.flush(id)
      await logs.remove([id])
      expect(await logs.read(id, {})).toEqual({ lines: [], total: 0, next: null })
      await logs.close()
    })
  })
})
