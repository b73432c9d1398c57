/** The queue benchmark's legs on graphile-worker, with the settings of its own page on performance. */
import { sleep } from './embedded.ts'
import { cpuMicrosOfSelf, cpuMicrosOfTree } from './process-cpu.ts'
import type { QueueFigures, QueueRound } from './queue.ts'
import { measureLegs } from './queue-legs.ts'

interface Options extends QueueRound {
  /** Where the package is installed. */
  graphile: string
  url: string
  /** Of the PostgreSQL server. */
  postgresPid: number
}

interface Utils {
  addJob(task: string, payload: object): Promise<unknown>
  addJobs(jobs: { identifier: string; payload: object }[]): Promise<unknown>
  migrate(): Promise<void>
  withPgClient<T>(
    work: (client: { query(sql: string): Promise<{ rows: { count: string }[] }> }) => Promise<T>,
  ): Promise<T>
  release(): Promise<void>
}

interface Graphile {
  makeWorkerUtils(options: object): Promise<Utils>
  run(options: object): Promise<{ stop(): Promise<void> }>
  Logger: new (make: () => () => void) => unknown
}

/** https://worker.graphile.org/docs/performance */
const TUNED = {
  concurrentJobs: 24,
  maxPoolSize: 25,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
}

export async function measureGraphile({ jobs, graphile, url, postgresPid }: Options): Promise<QueueFigures> {
  const { load } = await import(`${graphile}/installed.mjs`)
  const { makeWorkerUtils, run, Logger } = (await load('graphile-worker')) as Graphile
  const logger = new Logger(() => () => {})
  const schema = `bench_${process.pid}`
  const preset = { worker: { ...TUNED, connectionString: url, schema, logger } }
  const utils = await makeWorkerUtils({ preset })
  await utils.migrate()
  let worker: Awaited<ReturnType<Graphile['run']>> | null = null
  return measureLegs(
    {
      add: (i) => utils.addJob('job', { i }),
      addMany: (indices) => utils.addJobs(indices.map((i) => ({ identifier: 'job', payload: { i } }))),
      async startWorker(handled) {
        const taskList = { job: async (payload: unknown) => handled((payload as { i: number }).i) }
        worker = await run({ preset, taskList, noHandleSignals: true })
      },
      async drained() {
        for (;;) {
          const sql = `SELECT count(*) AS count FROM ${schema}.jobs`
          const { rows } = await utils.withPgClient((client) => client.query(sql))
          if (Number(rows[0]!.count) === 0) return
          await sleep(2)
        }
      },
      cpu: async () => ({ process: cpuMicrosOfSelf(), server: cpuMicrosOfTree(postgresPid) }),
      async close() {
        await worker?.stop()
        await utils.withPgClient((client) => client.query(`DROP SCHEMA ${schema} CASCADE`))
        await utils.release()
      },
    },
    jobs,
  )
}
