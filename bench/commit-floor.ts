/** The least that a slot costs on PostgreSQL: a transaction of two flights that is committed durably. */
import { performance } from 'node:perf_hooks'
import { Client } from 'pg'
import { percentiles } from './bench.ts'
import { rounded } from './embedded.ts'

const EVERY_MS = 1_000
const ROWS = 300

/**
 * Once a second, in the middle between whole seconds, a row is locked in one flight, and changed and committed in the
 * next, by bare SQL: what an engine cannot do in less while a slot is to be had once, on the same disk at the same time.
 */
export async function measureCommits(url: string) {
  const client = new Client({ connectionString: url, pipeline: true } as ConstructorParameters<typeof Client>[0])
  await client.connect()
  await client.query('CREATE TABLE commit_floor AS SELECT g AS id, 0 AS n FROM generate_series(1, $1) g', [ROWS])
  await client.query('ALTER TABLE commit_floor ADD PRIMARY KEY (id)')
  const took: number[] = []
  let timer: ReturnType<typeof setTimeout>
  let running = Promise.resolve()

  async function once() {
    const id = [took.length % ROWS]
    const began = performance.now()
    void client.query('BEGIN')
    await client.query({ name: 'lock', text: 'SELECT * FROM commit_floor WHERE id = $1 FOR UPDATE', values: id })
    void client.query({ name: 'take', text: 'UPDATE commit_floor SET n = n + 1 WHERE id = $1', values: id })
    await client.query('COMMIT')
    took.push(performance.now() - began)
  }

  function next() {
    const sinceMiddle = (Date.now() - EVERY_MS / 2) % EVERY_MS
    timer = setTimeout(() => {
      running = once()
      next()
    }, EVERY_MS - sinceMiddle)
  }

  next()
  return {
    /** Ends it and answers how long the transactions took. */
    async end() {
      clearTimeout(timer)
      await running
      await client.end()
      const { p50, p99, max } = percentiles(Float64Array.from(took))
      return { floorP50Ms: rounded(p50), floorP99Ms: rounded(p99), floorMaxMs: rounded(max) }
    },
  }
}
