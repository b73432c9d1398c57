/** The legs that every contender of the queue benchmark runs, and the proof that each job ran once. */
import { percentiles } from './bench.ts'
import { preciseNow, rounded, sleep } from './embedded.ts'
import type { QueueFigures } from './queue.ts'

const BATCH = 1000
const CALLERS = 100
const LATENCY_JOBS = 200
const LATENCY_PAUSE_MS = 50

/** What a contender must be able to do. Job numbers are unique over the whole round. */
export interface QueueDriver {
  add(index: number): Promise<unknown>
  addMany(indices: number[]): Promise<unknown>
  /** Starts the worker, which calls `handled(index)` for each job. */
  startWorker(handled: (index: number) => void): Promise<void>
  /** Resolves when no job is pending or running any more and every end is written. */
  drained(): Promise<void>
  /** CPU time in µs so far of this process, and of the database's server and its children. */
  cpu(): Promise<{ process: number; server: number }>
  close(): Promise<void>
}

/** Which jobs ran. Throws when one is missing or ran again: the round is void. */
class Witness {
  readonly #seen: Uint8Array
  #count = 0
  #wanted = 0
  #reached: () => void = () => {}

  constructor(jobs: number) {
    this.#seen = new Uint8Array(jobs)
  }

  handled(index: number) {
    this.#seen[index]!++
    this.#count++
    if (this.#count === this.#wanted) this.#reached()
  }

  reach(count: number): Promise<void> {
    if (this.#count >= count) return Promise.resolve()
    this.#wanted = count
    return new Promise((resolve) => {
      this.#reached = resolve
    })
  }

  check(jobs: number) {
    for (let i = 0; i < jobs; i++) {
      if (this.#seen[i] !== 1) throw new Error(`Job ${i} ran ${this.#seen[i]} times: the round is void.`)
    }
  }
}

export async function measureLegs(driver: QueueDriver, jobs: number): Promise<QueueFigures> {
  const few = Math.max(Math.round(jobs / 10), 1000)
  const serial = Math.min(few, 5000)
  const total = serial + few + jobs
  const witness = new Witness(total + LATENCY_JOBS)
  const { serialMs, concurrentMs, bulkMs } = await addInTurn(driver, { serial, concurrent: few, bulk: jobs })

  const cpuBefore = await driver.cpu()
  const began = performance.now()
  const handled = witness.reach(total)
  const startedAt = new Float64Array(total + LATENCY_JOBS)
  await driver.startWorker((index) => {
    if (index >= total) startedAt[index] = preciseNow()
    witness.handled(index)
  })
  await handled
  const handledMs = performance.now() - began
  await driver.drained()
  const processedMs = performance.now() - began
  const cpuAfter = await driver.cpu()
  const processCpu = cpuAfter.process - cpuBefore.process
  const serverCpu = cpuAfter.server - cpuBefore.server

  const addedAt = new Float64Array(total + LATENCY_JOBS)
  for (let i = total; i < total + LATENCY_JOBS; i++) {
    // An open loop without rhythm: arrivals by themselves, not in step with anybody's timer.
    await sleep(-Math.log(1 - Math.random()) * LATENCY_PAUSE_MS)
    addedAt[i] = preciseNow()
    void driver.add(i)
  }
  await witness.reach(total + LATENCY_JOBS)
  await driver.drained()
  await driver.close()
  witness.check(total + LATENCY_JOBS)
  const latency = percentiles(startedAt.slice(total).map((at, i) => at - addedAt[total + i]!))

  const perSecond = (count: number, ms: number) => Math.round((count / ms) * 1000)
  return {
    serialPerSecond: perSecond(serial, serialMs),
    concurrentPerSecond: perSecond(few, concurrentMs),
    bulkPerSecond: perSecond(jobs, bulkMs),
    handledPerSecond: perSecond(total, handledMs),
    processedPerSecond: perSecond(total, processedMs),
    cpuMicrosPerJob: rounded((processCpu + serverCpu) / total, 1),
    processCpuMicrosPerJob: rounded(processCpu / total, 1),
    serverCpuMicrosPerJob: rounded(serverCpu / total, 1),
    latencyP50Ms: rounded(latency.p50),
    latencyP99Ms: rounded(latency.p99),
  }
}

/** Adds jobs from number 0 on: one after the other, then from many callers at once, then in batches. */
async function addInTurn(driver: QueueDriver, counts: { serial: number; concurrent: number; bulk: number }) {
  let next = 0
  const serialMs = await timed(async () => {
    for (const end = next + counts.serial; next < end; next++) await driver.add(next)
  })
  const concurrentMs = await timed(async () => {
    const end = next + counts.concurrent
    const caller = async () => {
      while (next < end) await driver.add(next++)
    }
    await Promise.all(Array.from({ length: CALLERS }, caller))
  })
  const bulkMs = await timed(async () => {
    for (const end = next + counts.bulk; next < end; next += BATCH) {
      await driver.addMany(Array.from({ length: Math.min(BATCH, end - next) }, (_, i) => next + i))
    }
  })
  return { serialMs, concurrentMs, bulkMs }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
