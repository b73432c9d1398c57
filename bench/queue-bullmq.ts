/** The queue benchmark's legs on BullMQ, tuned as its documentation advises. */
import { sleep } from './embedded.ts'
import { cpuMicrosOf, cpuMicrosOfSelf } from './process-cpu.ts'
import type { QueueFigures, QueueRound } from './queue.ts'
import { measureLegs } from './queue-legs.ts'

/** As many jobs at once as its own benchmarks use at most. */
const CONCURRENCY = 100

interface Options extends QueueRound {
  /** Where BullMQ and its client are installed. */
  bullmq: string
  ioredis: string
  url: string
}

/** What is used of the client. */
interface Client {
  info(section: string): Promise<string>
  disconnect(): void
}

/** What is used of the package. */
interface Bullmq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object): Promise<unknown>
    addBulk(jobs: { name: string; data: object }[]): Promise<unknown>
    getJobCounts(...states: string[]): Promise<Record<string, number>>
    obliterate(options: object): Promise<void>
    close(): Promise<void>
  }
  Worker: new (
    name: string,
    fn: (job: { data: { i: number } }) => Promise<void>,
    options: object,
  ) => { close(): Promise<void>; waitUntilReady(): Promise<unknown> }
}

export async function measureBullmq({ jobs, bullmq, ioredis, url }: Options): Promise<QueueFigures> {
  const { Queue, Worker } = await loadFrom<Bullmq>(bullmq, 'bullmq')
  const { Redis } = await loadFrom<{ Redis: new (url: string, options: object) => Client }>(ioredis, 'ioredis')
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  const prefix = `rota-bench-${process.pid}`
  const name = 'queue'
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true }
  const queue = new Queue(name, { connection, prefix, defaultJobOptions })
  const redisPid = Number(/process_id:(\d+)/.exec(await connection.info('server'))![1])
  let worker: InstanceType<Bullmq['Worker']> | null = null
  return measureLegs(
    {
      add: (i) => queue.add('job', { i }),
      addMany: (indices) => queue.addBulk(indices.map((i) => ({ name: 'job', data: { i } }))),
      async startWorker(fn) {
        worker = new Worker(name, async ({ data }) => fn(data.i), { connection, prefix, concurrency: CONCURRENCY })
      },
      async drained() {
        for (;;) {
          const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
          if (Object.values(counts).every((count) => count === 0)) return
          await sleep(2)
        }
      },
      cpu: async () => ({ process: cpuMicrosOfSelf(), server: cpuMicrosOf(redisPid) }),
      async close() {
        await worker?.close()
        await queue.obliterate({ force: true })
        await queue.close()
        connection.disconnect()
      },
    },
    jobs,
  )
}

async function loadFrom<Module>(directory: string, name: string): Promise<Module> {
  const { load } = await import(`${directory}/installed.mjs`)
  return load(name)
}
