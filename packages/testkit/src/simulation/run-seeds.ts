import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Verdict } from './simulate.ts'

/** What is simulated: one server on its own store, several on a shared one, or several with nodes. */
export const WORLD_KINDS = ['alone', 'cluster', 'fleet'] as const
export type WorldKind = (typeof WORLD_KINDS)[number]

export interface SeedRun {
  world: WorldKind
  first: number
  count: number
  /** Virtual hours of each; a fleet takes minutes of its own choice. */
  hours: number
  /** Default: one per processor. */
  threads?: number
  /** Told of each verdict as it comes, in no particular order. */
  onVerdict?: (verdict: Verdict, done: number) => void
}

/** What is repeated to show that a seed always gives the same run. */
const REPEATED = 50

/** Plays seeds in several threads; every fiftieth twice, and complains where the two runs differ. */
export async function runSeeds(run: SeedRun): Promise<Verdict[]> {
  const seeds = Array.from({ length: run.count }, (_, n) => run.first + n)
  const queue = [...seeds, ...seeds.filter((_, n) => n % REPEATED === 0)]
  const verdicts = new Map<number, Verdict>()

  function take(verdict: Verdict) {
    const earlier = verdicts.get(verdict.seed)
    if (earlier === undefined) {
      verdicts.set(verdict.seed, verdict)
      run.onVerdict?.(verdict, verdicts.size)
    } else if (earlier.hash !== verdict.hash) {
      earlier.complaints.push(`the second run differs from the first: ${verdict.hash} instead of ${earlier.hash}`)
    }
  }

  await Promise.all(Array.from({ length: run.threads ?? availableParallelism() }, () => playQueue(queue, run, take)))
  return seeds.map((seed) => verdicts.get(seed)!)
}

/** One thread takes seeds from the queue until it is empty. */
function playQueue(queue: number[], { world, hours }: SeedRun, take: (verdict: Verdict) => void): Promise<void> {
  const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData: { world, hours } })
  return new Promise<void>((resolve, reject) => {
    const next = () => {
      const seed = queue.shift()
      if (seed === undefined) resolve()
      else worker.postMessage(seed)
    }
    worker.on('message', (verdict: Verdict) => {
      take(verdict)
      next()
    })
    worker.on('error', reject)
    next()
  }).finally(() => worker.terminate())
}
