import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { quickEngine } from './testing/quick-engine.ts'
import { dropSchema, newSchemaName } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

const PROGRAM = fileURLToPath(new URL('./testing/engine-process.ts', import.meta.url))
const ANN = { name: 'ann', tenantId: null }
const TASKS = 10

async function startOther(url: string, schema: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, url, schema], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout!, 'data')
  expect(String(said)).toContain('running')
  return child
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000))

withPostgres('PostgreSQL: several engines on one schema', (url) => {
  const schema = newSchemaName()
  afterAll(() => dropSchema(url, schema))

  test('of two engines one is killed: every due instant is answered once, and nothing stays behind', {
    timeout: 60_000,
  }, async () => {
    const { engine, store } = await quickEngine(url, schema)
    const other = await startOther(url, schema)
    await engine.start()
    for (let n = 0; n < TASKS; n++) {
      await engine.tasks.create(ANN, { name: `task ${n}`, type: 'quick', schedule: '* * * * * *' })
    }
    await seconds(4)
    other.kill('SIGKILL')
    await once(other, 'exit')
    await seconds(6)
    await engine.stop()

    const all = (columns: string) => `SELECT schedule_id, due_at, ${columns}`
    const query = `${all('status, attempt, claimed_by, started_at')} FROM execution_history UNION ALL
      ${all("'live', attempt, claimed_by, started_at")} FROM executions ORDER BY schedule_id, due_at`
    const rows = (await store.kysely.executeQuery({ sql: query, parameters: [], query: {} } as never)).rows as {
      schedule_id: number
      due_at: number
      status: string
      claimed_by: number | null
    }[]
    const now = store.clock.now()
    await store.close()

    const bySchedule = Map.groupBy(rows, (row) => row.schedule_id)
    expect(bySchedule.size).toBe(TASKS)
    for (const answers of bySchedule.values()) {
      const dues = answers.map((row) => row.due_at)
      const expected = Array.from({ length: dues.length }, (_, i) => dues[0]! + i * 1000)
      expect(dues, 'one answer for each second').toEqual(expected)
      expect(answers.length).toBeGreaterThan(8)
      const open = answers.filter((row) => row.due_at < now - 3000 && row.status === 'live')
      expect(open, 'what was due is done').toEqual([])
    }
    const workers = new Set(rows.filter((row) => row.status === 'success').map((row) => row.claimed_by))
    expect(workers.size, 'both engines worked').toBe(2)
  })
})
