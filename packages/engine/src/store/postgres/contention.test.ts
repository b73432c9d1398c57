import { systemClock } from '@rota/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Cancellations } from '../../ports/cancellations.ts'
import type { Claimed, ExecutionStore, NewExecution, Settlement } from '../../ports/executions.ts'
import { createCancellations } from './cancellations.ts'
import { createDatabase } from './database.ts'
import { createExecutionStore } from './executions.ts'
import { createPool, SCHEDULING_SETTINGS } from './pool.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

/** What an instance reaches of the store. */
type Side = [ExecutionStore, Cancellations]

const NOW = Date.UTC(2026, 0, 1)
const INSTANCES = ['one', 'two', 'three']
const ROWS = 400
/** Tasks by policy and limit; the last three overlap as they like, two of them with a key. */
const KINDS: Partial<NewExecution>[] = [
  { taskSeq: 1, overlap: 'queue', taskMax: 1 },
  { taskSeq: 2, overlap: 'queue', taskMax: 3 },
  { taskSeq: 3, overlap: 'queue', taskMax: 2, keys: '["a"]' },
  { taskSeq: 4, overlap: 'replace', taskMax: 1 },
  { taskSeq: 5, overlap: 'skip', taskMax: 1, keys: '["b","a"]' },
  { taskSeq: null, keys: '["a","b"]' },
  { taskSeq: null, keys: '["b"]' },
  {},
]

withPostgres('PostgreSQL: instances in each other’s way', (url) => {
  let schema: TestSchema
  beforeAll(async () => {
    schema = await makeSchema(url)
  })
  beforeEach(() => schema.clear())
  afterAll(() => schema.drop())

  /** What must hold at every moment, read in one statement. */
  async function overdrawn(): Promise<unknown[]> {
    const { rows } = await schema.pool.query(`
      SELECT 'task ' || task_seq AS limit, count(*) AS held FROM executions
      WHERE admitted = 1 AND overlap <> 'allow' GROUP BY task_seq HAVING count(*) > max(task_max)
      UNION ALL
      SELECT k.key, k.held FROM concurrency_keys k WHERE k.held > k.max OR k.held <> (
        SELECT count(*) FROM executions e WHERE e.admitted = 1 AND e.keys IS NOT NULL AND e.keys::jsonb ? k.key)`)
    return rows
  }

  /** Claims, ends, retries and gives back, until everything is done. */
  async function work(by: string, [store, cancellations]: Side, started: string[]) {
    const held: Claimed[] = []
    let turn = 0
    for (let idle = 0; idle < 40; ) {
      const { claimed } = await store.claim({ instanceId: by, now: NOW, until: NOW + 1000, most: 7 })
      held.push(...claimed)
      for (const row of claimed) started.push(`${row.seq}:${row.claimSeq}`)
      const ends = held.splice(0, 3).map((row): Settlement => {
        const fence = { seq: row.seq, claimSeq: row.claimSeq }
        const way = ++turn % 9
        if (way === 0) return { ...fence, kind: 'give_back' }
        if (way === 1 && row.attempt < 3) {
          return { ...fence, kind: 'retry', runAt: NOW, rank: row.rank, attempts: '[]' }
        }
        const nothing = { failure: null, reason: null, startedAt: NOW, exitCode: null, error: null, output: null }
        const end = { ...nothing, result: null, cpuMs: null, maxRssBytes: null, droppedLogBytes: 0, keep: true }
        return { ...fence, kind: 'finish', status: 'success', finishedAt: NOW, ...end }
      })
      const { fenced } = await store.settle(ends, NOW)
      expect(fenced).toEqual([])
      if (claimed.length > 0 || ends.length > 0) idle = 0
      else idle++
      // What one has replaced while another had it, and gave it back, ends here.
      if (idle > 0) await cancellations.of(by, NOW)
    }
  }

  describe('three instances on one schema', () => {
    test('limits hold at every moment, nobody starts twice, and everybody comes to an end without a nudge', {
      timeout: 90_000,
    }, async () => {
      const pools = INSTANCES.map((name) => {
        const settings = { ...SCHEDULING_SETTINGS, synchronous_commit: 'off', deadlock_timeout: '50ms' }
        return createPool({ url, schema: schema.name, max: 2, name, statementTimeoutMs: 30_000, settings })
      })
      const sides = pools.map((pool): Side => {
        const db = createDatabase({ pool, clock: systemClock })
        const store = createExecutionStore(db)
        return [store, createCancellations(db, store)]
      })
      const stores = sides.map(([store]) => store)
      const keys = [
        { key: 'a', max: 2 },
        { key: 'b', max: 1 },
      ]
      await stores[0]!.enqueue([], { now: NOW, keys })
      const started: string[] = []
      const working = INSTANCES.map((by, i) => work(by, sides[i]!, started))
      for (let n = 0; n < ROWS; n += 20) {
        const rows = Array.from({ length: 20 }, (_, i) => rowOf(n + i))
        await stores[n % 3]!.enqueue(rows, { now: NOW, keys })
        expect(await overdrawn()).toEqual([])
      }
      let done = false
      const watched = (async () => {
        while (!done) expect(await overdrawn()).toEqual([])
      })()
      await Promise.all(working)
      done = true
      await watched
      expect(new Set(started).size).toBe(started.length)
      const left = await schema.pool.query('SELECT id, state, blocked_by FROM executions')
      expect(left.rows).toEqual([])
      const ends = await schema.pool.query('SELECT count(*) AS n, count(DISTINCT id) AS ids FROM execution_history')
      expect(ends.rows).toEqual([{ n: ROWS, ids: ROWS }])
      await Promise.all(pools.map((pool) => pool.end()))
    })
  })
})

function rowOf(n: number): NewExecution {
  const nobody = { tenantId: null, taskSeq: null, taskVersion: null, scheduleId: null, requestedBy: null }
  const instant = { dueAt: NOW, runAt: NOW, rank: NOW + n, createdAt: NOW, coversFrom: null, coversCount: null }
  const inTime = { jitterMs: null, skipAfter: null, mergeAfter: null }
  const plain = { trigger: 'api', priority: 0, overlap: 'allow', taskMax: 1, keys: null, job: null } as const
  return { id: `job ${n}`, ...nobody, ...instant, ...plain, ...KINDS[n % KINDS.length], ...inTime }
}
