import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { SYSTEM } from '@rota/core'
import { afterAll, expect, test } from 'vitest'
import { createEngine } from '../../index.ts'
import { quickParts } from './testing/quick-parts.ts'
import { dropSchema, newSchemaName } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

/** An engine in a process of its own, to be killed. */
const PROGRAM = `
  const { createEngine } = await import('${new URL('../../index.ts', import.meta.url)}')
  const { quickParts } = await import('${new URL('./testing/quick-parts.ts', import.meta.url)}')
  await createEngine(await quickParts(...process.argv.slice(1))).start()
  process.stdout.write('running')
`
const ANN = { ...SYSTEM, name: 'ann' }
const TASKS = 10

async function startOther(url: string, schema: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, url, schema], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
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
    const parts = await quickParts(url, schema)
    const { store } = parts
    const engine = createEngine(parts)
    for (let n = 0; n < TASKS; n++) {
      await engine.tasks.create(ANN, { name: `task ${n}`, type: 'quick', schedule: '* * * * * *' })
    }
    // The other has it all to itself for a while, then both, then this one alone.
    const other = await startOther(url, schema)
    await seconds(3)
    await engine.start()
    await seconds(2)
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
