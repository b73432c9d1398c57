/** The queue benchmark's legs on an engine in this process, with a durable store. */
import { openPostgresStore } from '@rota/engine'
import { ANYBODY, engineOn, HANDLER, openStore, scratchFolder, sleep } from './embedded.ts'
import { dropSchema } from './postgres-server.ts'
import { cpuMicrosOfSelf, cpuMicrosOfTree } from './process-cpu.ts'
import type { QueueFigures, QueueRound } from './queue.ts'
import { measureLegs } from './queue-legs.ts'

interface Options extends QueueRound {
  /** Of PostgreSQL; without it the store is embedded. */
  url?: string
  /** Of the PostgreSQL server. */
  postgresPid?: number
}

export async function measureRota({ jobs, history, url, postgresPid }: Options): Promise<QueueFigures> {
  const { folder, remove } = scratchFolder()
  const schema = `bench_${process.pid}`
  const postgres = url === undefined ? null : await openPostgresStore({ url, schema })
  const store = postgres ?? (await openStore(folder))
  let handled: (index: number) => void = () => {}
  const engine = engineOn(store, (args) => handled(args[0] as number), postgres?.clock)
  const jobOf = (index: number) => ({
    type: 'handler',
    payload: { handler: HANDLER },
    params: { args: [index] },
    keep_history: history,
  })
  try {
    return await measureLegs(
      {
        add: (index) => engine.executions.submit(ANYBODY, jobOf(index)),
        addMany: (indices) => engine.executions.submitMany(ANYBODY, indices.map(jobOf)),
        startWorker(fn) {
          handled = fn
          return engine.start()
        },
        async drained() {
          for (;;) {
            const { pending, running } = await engine.gauges()
            if (pending + running === 0) return
            await sleep(2)
          }
        },
        cpu: async () => ({
          process: cpuMicrosOfSelf(),
          server: postgresPid === undefined ? 0 : cpuMicrosOfTree(postgresPid),
        }),
        async close() {
          await engine.stop()
          await store.close()
          if (url !== undefined) await dropSchema(url, schema)
        },
      },
      jobs,
    )
  } finally {
    remove()
  }
}
