/** The queue benchmark's legs on pg-boss, with large batches, bursts and notifications. */
import { sleep } from './embedded.ts'
import { dropSchema } from './postgres-server.ts'
import { cpuMicrosOfSelf, cpuMicrosOfTree } from './process-cpu.ts'
import type { QueueFigures, QueueRound } from './queue.ts'
import { measureLegs } from './queue-legs.ts'

interface Options extends QueueRound {
  /** Where the package is installed. */
  pgboss: string
  url: string
  /** Of the PostgreSQL server. */
  postgresPid: number
}

interface Boss {
  start(): Promise<unknown>
  stop(options: object): Promise<void>
  createQueue(name: string, options: object): Promise<void>
  send(name: string, data: object): Promise<unknown>
  insert(name: string, jobs: { data: object }[]): Promise<unknown>
  work(name: string, options: object, handler: (jobs: { data: { i: number } }[]) => Promise<void>): Promise<unknown>
  getDb(): { executeSql(sql: string, values: unknown[]): Promise<{ rows: { count: string }[] }> }
}

const QUEUE = 'job'

export async function measurePgboss({ jobs, pgboss, url, postgresPid }: Options): Promise<QueueFigures> {
  const { load } = await import(`${pgboss}/installed.mjs`)
  const { PgBoss } = (await load('pg-boss')) as { PgBoss: new (options: object) => Boss }
  const schema = `bench_${process.pid}`
  const boss = new PgBoss({ connectionString: url, schema, max: 25, useListenNotify: true })
  await boss.start()
  await boss.createQueue(QUEUE, { notify: true })
  const run = (sql: string) => boss.getDb().executeSql(sql, [])
  return measureLegs(
    {
      add: (i) => boss.send(QUEUE, { i }),
      addMany: (indices) =>
        boss.insert(
          QUEUE,
          indices.map((i) => ({ data: { i } })),
        ),
      async startWorker(handled) {
        const options = { batchSize: 1000, localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }
        await boss.work(QUEUE, options, async (batch) => {
          for (const { data } of batch) handled(data.i)
        })
      },
      async drained() {
        for (;;) {
          const { rows } = await run(`SELECT count(*) AS count FROM ${schema}.job WHERE state < 'completed'`)
          if (Number(rows[0]!.count) === 0) return
          await sleep(2)
        }
      },
      cpu: async () => ({ process: cpuMicrosOfSelf(), server: cpuMicrosOfTree(postgresPid) }),
      async close() {
        await boss.stop({ graceful: false })
        await dropSchema(url, schema)
      },
    },
    jobs,
  )
}
