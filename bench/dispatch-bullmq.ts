/** The peer of the benchmark `dispatch`: BullMQ workers in a process of their own, over the same Redis. */
import { percentiles } from './bench.ts'
import { answerQuestions } from './dispatch-child.ts'
import { pace } from './dispatch-pace.ts'
import { preciseNow, sleep } from './embedded.ts'

export interface BullmqOptions {
  /** Where BullMQ and its client are installed. */
  bullmq: string
  ioredis: string
  url: string
  prefix: string
}

interface Job {
  data: { dueAt: number }
}

/** What is used of the client and of the package. */
interface Client {
  disconnect(): void
}
interface Bullmq {
  Queue: new (
    name: string,
    options: object,
  ) => { add(name: string, data: Job['data']): Promise<unknown>; close(): Promise<void> }
  Worker: new (
    name: string,
    fn: (job: Job) => Promise<void>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown>; close(force: boolean): Promise<void> }
}

const NAME = 'dispatch'
/** As many workers, and jobs at once of each, that no job waits for one. */
const WORKERS = 4
const CONCURRENCY = 250

let ends: (() => unknown)[] = []
const tookMs: number[] = []

async function open({ bullmq, ioredis, url }: BullmqOptions) {
  const { load: loadBullmq } = await import(`${bullmq}/installed.mjs`)
  const { load: loadClient } = await import(`${ioredis}/installed.mjs`)
  const { Queue, Worker } = (await loadBullmq('bullmq')) as Bullmq
  const { Redis } = (await loadClient('ioredis')) as { Redis: new (url: string, options: object) => Client }
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  ends.push(() => connection.disconnect())
  return { Queue, Worker, connection }
}

async function work({ runMs, ...options }: BullmqOptions & { runMs: number }): Promise<void> {
  const { Worker, connection } = await open(options)
  const { prefix } = options
  for (let at = 0; at < WORKERS; at++) {
    const worker = new Worker(
      NAME,
      async ({ data }) => {
        tookMs.push(preciseNow() - data.dueAt)
        await sleep(runMs)
      },
      { connection, prefix, concurrency: CONCURRENCY },
    )
    await worker.waitUntilReady()
    ends = [() => worker.close(true), ...ends]
  }
}

/** From when each was to be added until its processing began. */
async function started(count: number): Promise<{ p50Ms: number; p99Ms: number; maxMs: number }> {
  while (tookMs.length < count) await sleep(5)
  const { p50, p99, max } = percentiles(Float64Array.from(tookMs.splice(0)))
  return { p50Ms: p50, p99Ms: p99, maxMs: max }
}

async function add({ perSecond, seconds, ...options }: BullmqOptions & { perSecond: number; seconds: number }) {
  const { Queue, connection } = await open(options)
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true }
  const queue = new Queue(NAME, { connection, prefix: options.prefix, defaultJobOptions })
  const cpu = process.cpuUsage()
  const added: Promise<unknown>[] = []
  await pace({ perSecond, count: perSecond * seconds }, (dueAt) => added.push(queue.add('job', { dueAt })))
  await Promise.all(added)
  await queue.close()
  const { user, system } = process.cpuUsage(cpu)
  return { count: added.length, cpuMs: (user + system) / 1_000 }
}

answerQuestions({ work, started, add }, async () => {
  for (const end of ends) await end()
})
