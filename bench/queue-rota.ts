/** The queue benchmark's legs on an embedded engine with a durable store. */
import { ANYBODY, engineOn, HANDLER, openStore, scratchFolder, sleep } from './embedded.ts'
import type { QueueFigures, QueueRound } from './queue.ts'
import { measureLegs } from './queue-legs.ts'

export async function measureRota({ jobs, history }: QueueRound): Promise<QueueFigures> {
  const { folder, remove } = scratchFolder()
  const store = await openStore(folder)
  let handled: (index: number) => void = () => {}
  const engine = engineOn(store, (args) => handled(args[0] as number))
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
        async cpuMicros() {
          const { user, system } = process.cpuUsage()
          return user + system
        },
        async close() {
          await engine.stop()
          await store.close()
        },
      },
      jobs,
    )
  } finally {
    remove()
  }
}
