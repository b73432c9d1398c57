/** The queue benchmark's legs on bare SQL: what the server and its driver give to anyone, so that the rest is an engine's own cost. */
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { Client } from 'pg'
import { sleep } from './embedded.ts'
import { cpuMicrosOfSelf, cpuMicrosOfTree } from './process-cpu.ts'
import type { QueueFigures, QueueRound } from './queue.ts'
import { measureLegs } from './queue-legs.ts'

interface Options extends QueueRound {
  url: string
  /** Of the PostgreSQL server. */
  postgresPid: number
}

/** As many as an engine claims at once. */
const BATCH = 4_000

/** A queue as textbooks have it, with what vacuum needs to keep up with rows that live for seconds. */
const TABLES = `
  CREATE TABLE job (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payload JSON NOT NULL,
    run_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    locked_at TIMESTAMPTZ
  ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
          autovacuum_vacuum_cost_delay = 0);
  CREATE INDEX job_ready ON job (run_at, id) WHERE locked_at IS NULL;
  CREATE TABLE history (
    id BIGINT PRIMARY KEY,
    payload JSON NOT NULL,
    run_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL
  )`

/** Statements are prepared, and go by their indexes: statistics of such a table are always wrong. */
const PLANS = '-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_bitmapscan=off'

const ADD = 'INSERT INTO job (payload) SELECT unnest($1::json[])'

const CLAIM = `
  UPDATE job SET locked_at = now()
  WHERE id IN (
    SELECT id FROM job WHERE locked_at IS NULL AND run_at <= now() ORDER BY run_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  RETURNING id, payload`

const DROP = 'DELETE FROM job WHERE id = ANY($1::bigint[])'

const KEEP = `
  WITH gone AS (DELETE FROM job WHERE id = ANY($1::bigint[]) RETURNING id, payload, run_at, locked_at)
  INSERT INTO history (id, payload, run_at, started_at, finished_at)
  SELECT id, payload, run_at, locked_at, clock_timestamp() FROM gone`

interface Row {
  id: string
  payload: { i: number }
}

/** Each statement is a transaction, committed synchronously. Three connections: to add, to claim and to finish. */
export async function measureFloor({ jobs, history, url, postgresPid }: Options): Promise<QueueFigures> {
  const schema = `floor_${process.pid}`
  const connect = async () => {
    const client = new Client({ connectionString: url, options: `-c search_path=${schema} ${PLANS}` })
    await client.connect()
    return client
  }
  const clients = [await connect(), await connect(), await connect()] as const
  const [adder, claimer, finisher] = clients
  await adder.query(`CREATE SCHEMA ${schema}`)
  await adder.query(TABLES)
  const queue = createQueue({
    add: (payloads) => adder.query({ name: 'add', text: ADD, values: [payloads] }),
    claim: async () => (await claimer.query<Row>({ name: 'claim', text: CLAIM, values: [BATCH] })).rows,
    finish: (ids) => finisher.query({ name: 'finish', text: history ? KEEP : DROP, values: [ids] }),
  })
  let working = Promise.resolve()
  return measureLegs(
    {
      add: (i) => queue.add([{ i }]),
      addMany: (indices) => queue.add(indices.map((i) => ({ i }))),
      async startWorker(handled) {
        working = queue.work(handled)
      },
      async drained() {
        while (queue.open > 0) await sleep(2)
      },
      cpu: async () => ({ process: cpuMicrosOfSelf(), server: cpuMicrosOfTree(postgresPid) }),
      async close() {
        queue.end()
        await working
        await adder.query(`DROP SCHEMA ${schema} CASCADE`)
        for (const client of clients) await client.end()
      },
    },
    jobs,
  )
}

interface Statements {
  add(payloads: { i: number }[]): Promise<unknown>
  claim(): Promise<Row[]>
  finish(ids: string[]): Promise<unknown>
}

/** The least that a queue does around its statements. */
function createQueue(statements: Statements) {
  let added = 0
  let claimed = 0
  let finished = 0
  let isOver = false
  let wake = () => {}
  let waiting: { i: number }[] = []
  let adding = Promise.resolve()
  let nextAdd: Promise<void> | null = null

  async function addWaiting(before: Promise<void>) {
    await before
    // All whom the last one has answered are there by then.
    await turnOfLoop()
    const batch = waiting
    waiting = []
    adding = nextAdd!
    nextAdd = null
    await statements.add(batch)
    added += batch.length
    wake()
  }

  /** The next batch, once there is one. Rows may be claimed before whoever adds them has heard that they are there. */
  async function claim(): Promise<Row[]> {
    while (claimed >= added && !isOver) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (isOver) return []
    const rows = await statements.claim()
    claimed += rows.length
    return rows
  }

  async function finish(rows: Row[]) {
    await statements.finish(rows.map(({ id }) => id))
    finished += rows.length
  }

  return {
    /** Jobs that are not finished. */
    get open() {
      return added - finished
    },
    /** Who adds while others are being added shares the next statement. */
    add(payloads: { i: number }[]): Promise<void> {
      waiting.push(...payloads)
      nextAdd ??= addWaiting(adding)
      return nextAdd
    },
    /** While one batch is handled and finished, the next is being claimed; one is finished after the other. */
    async work(handled: (index: number) => void) {
      let finishing = Promise.resolve()
      let next = claim()
      for (let rows = await next; rows.length > 0; rows = await next) {
        next = claim()
        for (const { payload } of rows) handled(payload.i)
        await finishing
        finishing = finish(rows)
      }
      await finishing
    },
    end() {
      isOver = true
      wake()
    },
  }
}
