import { createMemoryDisk, type MemoryDisk, type StoreParts } from '@rota/engine'
import { amount } from '../../amount.ts'
import { executionStoreContract } from '../../contracts/execution-store.ts'
import { sharedStoreContract } from '../../contracts/shared-store.ts'
import { taskStoreContract } from '../../contracts/task-store.ts'
import { ManualClock } from '../../manual-clock.ts'
import { createRandom } from '../../random.ts'
import { SimProcess } from '../sim-process.ts'
import { Network } from './network.ts'
import { connect } from './shared-store.ts'
import { Wishes } from './wishes.ts'

// The same suites as for PostgreSQL: what the simulation shows holds there as far as they reach.

function connectTo(disk: MemoryDisk, wishes: Wishes, instance: number): StoreParts {
  const base = new ManualClock()
  const random = createRandom(1)
  const process = new SimProcess(base, () => undefined)
  return connect(disk.open(process), {
    disk,
    base,
    process,
    random,
    wishes,
    instance,
    network: new Network(base, { random, latencyMs: 0 }),
    contention: 0,
    walkMs: 0,
    mostPerClaim: Number.POSITIVE_INFINITY,
    trap: { take: () => null, spring: () => undefined },
    watch: { before: () => undefined },
  }).store
}

/** Whoever claims through it, in the name of any instance. */
async function open() {
  const disk = createMemoryDisk()
  const wishes = new Wishes(disk)
  const first = connectTo(disk, wishes, 0)
  const views = new Map<string, StoreParts>()
  return {
    executions: first.executions,
    tasks: first.tasks,
    details: first.details,
    outbox: first.outbox,
    cancellations: first.cancellations!,
    select: async (sql: string) => disk.select(sql),
    // What it costs is no matter of the simulation.
    effort: () => 0,
    async close() {},
    of(instanceId: string) {
      const view = views.get(instanceId) ?? connectTo(disk, wishes, views.size + 1)
      views.set(instanceId, view)
      return view as StoreParts & { cancellations: NonNullable<StoreParts['cancellations']> }
    },
  }
}

const simulated = { name: 'the simulated store', open }

executionStoreContract(simulated, { numRuns: amount({ short: 30, long: 300 }) })
taskStoreContract(simulated)
sharedStoreContract(simulated, { hasWishes: true, numRuns: amount({ short: 20, long: 200 }) })
