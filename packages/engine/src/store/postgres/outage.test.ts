import { SYSTEM } from '@rota/core'
import { startPostgres } from '@rota/testkit/cluster'
import { expect, test } from 'vitest'
import { createEngine } from '../../index.ts'
import { quickParts } from './testing/quick-parts.ts'
import { withPostgres } from './testing/server.ts'

const ANN = { ...SYSTEM, name: 'ann' }
const TASKS = 5

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000))

withPostgres('PostgreSQL: outages', () => {
  test('PostgreSQL crashes and is restarted: the engine goes on by itself, and every due instant is answered once', {
    timeout: 60_000,
  }, async ({ skip }) => {
    const server = await startPostgres()
    if (server === null) return skip('There is no initdb and pg_ctl in the PATH: no server of its own to crash.')
    try {
      const parts = await quickParts(server.url, 'rota')
      const engine = createEngine(parts)
      const seen: string[] = []
      engine.on((event) => seen.push(event.type))
      for (let n = 0; n < TASKS; n++) {
        await engine.tasks.create(ANN, { name: `task ${n}`, type: 'quick', schedule: '* * * * * *' })
      }
      await engine.start()
      await seconds(2)
      for (const mode of ['immediate', 'fast'] as const) {
        await server.end(mode)
        await seconds(2)
        await expect.poll(() => engine.status().state, { timeout: 10_000 }).toBe('degraded')
        await server.begin()
        await seconds(2)
        await expect.poll(() => engine.status().state, { timeout: 10_000 }).toBe('running')
      }
      const restarted = parts.clock.now()
      // What was to start during the outage is asked about again within five seconds.
      await seconds(6)
      await engine.stop()

      const { kysely } = parts.store
      const columns = ['schedule_id', 'due_at'] as const
      const ended = await kysely
        .selectFrom('execution_history')
        .select([...columns, 'status', 'reason'])
        .execute()
      const live = await kysely.selectFrom('executions').select(columns).execute()
      await parts.store.close()
      const bySchedule = Map.groupBy([...ended, ...live], (row) => row.schedule_id)
      expect(bySchedule.size).toBe(TASKS)
      for (const rows of bySchedule.values()) {
        const dues = rows.map((row) => row.due_at).sort((a, b) => a - b)
        expect(dues).toEqual(dues.map((_, i) => dues[0]! + i * 1000))
        expect(dues.length).toBeGreaterThan(8)
      }
      expect(live.filter((row) => row.due_at < restarted)).toEqual([])
      // Those that waited together for the server overlap; nothing else was skipped, and nothing failed.
      const others = ended.filter((row) => row.status !== 'success' && row.reason !== 'overlap')
      expect(others).toEqual([])
      expect(seen).not.toContain('execution_fenced')
    } finally {
      server.stop()
    }
  })
})
