import type { Claimed, ExecutionStore, MemoryDisk, PlannedSchedule, StoreParts } from '@rota/engine'
import { afterAll, expect, test } from 'vitest'
import { amount } from '../../amount.ts'
import { takeTurns } from '../turns.ts'
import type { ClusterPlant } from './instance.ts'
import { type ClusterMishap, type ClusterScenario, drawClusterScenario, outlasting } from './scenario.ts'
import { playCluster } from './simulate-cluster.ts'

const turns = takeTurns()
afterAll(() => turns.restore())

const HOURS = 6
const MOST_SEEDS = 20

/** Puts other methods in the place of some of the store's. */
const withExecutions = (store: StoreParts, methods: Partial<ExecutionStore>): StoreParts => ({
  ...store,
  executions: { ...store.executions, ...methods },
})

const rowOf = (disk: MemoryDisk, seq: number) =>
  disk.select('SELECT claim_seq AS claimSeq, state, keys FROM executions WHERE seq = ?', seq)[0] as
    | { claimSeq: number; state: number; keys: string | null }
    | undefined

/** What a planted claim hands out again, by the disk of a run. */
const handedOut = new WeakMap<MemoryDisk, Claimed[]>()

interface Planted {
  plant: ClusterPlant
  caughtAs: RegExp
  /** Makes what the bug needs happen often. */
  provoke?: (scenario: ClusterScenario) => ClusterScenario
  /** The seed to begin with, where few of them show the bug. */
  first?: number
}

const MINUTE_MS = 60_000
const LEASE_MS = 5 * MINUTE_MS

/** Three instances, whose work outlasts leases, are hit in turn. */
function often(scenario: ClusterScenario, hit: (at: number, n: number) => ClusterMishap): ClusterScenario {
  const hits = Array.from({ length: 18 }, (_, n) => hit((10 + 15 * n) * MINUTE_MS, n))
  return {
    ...scenario,
    isCalm: false,
    skews: [-200_000, 0, 200_000],
    definitions: scenario.definitions.map((it) => outlasting(it, LEASE_MS)),
    mishaps: hits,
  }
}

const freezing = (scenario: ClusterScenario) =>
  often(scenario, (at, n) => {
    const forMs = LEASE_MS * [0.8, 1.5, 2][n % 3]!
    return { at, kind: 'freeze', instance: Math.floor(n / 3) % 3, forMs, inCall: 'none' }
  })
const crashing = (scenario: ClusterScenario) =>
  often(scenario, (at, n) => ({ at, kind: 'crash', instance: n % 3, downMs: 60_000, inCall: 'none', orphans: true }))
const troubled = (scenario: ClusterScenario) =>
  often(scenario, (at) => ({ at, kind: 'trouble', forMs: 10 * MINUTE_MS, share: 0.4 }))
const limited = (scenario: ClusterScenario) => ({
  ...crashing(scenario),
  definitions: scenario.definitions,
  engine: { ...scenario.engine, limits: { global: 3 } },
})
const narrow = (scenario: ClusterScenario) => ({ ...scenario, isNarrow: true })
const lasting = (scenario: ClusterScenario) => ({ ...crashing(scenario), isLong: true })

const PLANTS: Record<string, Planted> = {
  'the fence is not compared when a result comes': {
    plant: {
      store: (store, disk) =>
        withExecutions(store, {
          settle: (settlements, now) =>
            store.executions.settle(
              settlements.map((it) => ({ ...it, claimSeq: rowOf(disk, it.seq)?.claimSeq ?? it.claimSeq })),
              now,
            ),
        }),
    },
    provoke: freezing,
    caughtAs: /accepted from a late holder/,
  },
  'a result is accepted after the execution went back to the queue': {
    plant: {
      store: (store, disk) =>
        withExecutions(store, {
          settle(settlements, now) {
            for (const { seq, kind } of settlements) {
              if (kind === 'finish') disk.run(`UPDATE executions SET state = 3 WHERE seq = ${seq} AND state < 3`)
            }
            return store.executions.settle(settlements, now)
          },
        }),
    },
    provoke: freezing,
    caughtAs: /accepted from a late holder/,
  },
  'leases and instants are judged by the clock of the machine': {
    plant: { clock: (_, machine) => machine },
    caughtAs: /ms early|whose lease lasts|without a lease/,
  },
  'a claim does not compare whether somebody else was quicker': {
    plant: {
      store: (store, disk) =>
        withExecutions(store, {
          async claim(request) {
            const result = await store.executions.claim(request)
            const earlier = handedOut.get(disk) ?? []
            handedOut.set(
              disk,
              result.claimed.filter((row) => row.admitted),
            )
            return { ...result, claimed: [...result.claimed, ...earlier.map((row) => ({ ...row }))] }
          },
        }),
    },
    caughtAs: /does not hold it|twice|is gone/,
  },
  'work is taken over before the lease has ended': {
    plant: {
      caller: (store) =>
        withExecutions(store, {
          orphans: (query) => store.executions.orphans({ ...query, now: query.now + 250_000 }),
        }),
    },
    provoke: crashing,
    caughtAs: /whose lease lasts/,
  },
  'work of the dead is taken over by nobody': {
    plant: { caller: (store) => withExecutions(store, { orphans: async () => [] }) },
    caughtAs: /never end/,
    first: 3,
  },
  'an instance trusts its lease for longer than it asked for': {
    plant: {
      caller: (store) =>
        withExecutions(store, {
          heartbeat: (instance, until) => store.executions.heartbeat(instance, until - 260_000),
        }),
    },
    provoke: freezing,
    caughtAs: /without a lease|does not hold it/,
  },
  'an old plan is written without comparing the cursor': {
    plant: {
      store: (store, disk, random) => {
        let earlier: PlannedSchedule | null = null
        return withExecutions(store, {
          async plan(plans) {
            const outrun = await store.executions.plan(plans)
            if (earlier !== null && random.chance(0.2)) {
              const [row] = disk.select('SELECT next_due_at AS at FROM schedules WHERE id = ?', earlier.scheduleId)
              const executions = earlier.executions.map((it) => ({ ...it, id: `${it.id} again` }))
              await store.executions.plan([{ ...earlier, executions, expectedDueAt: (row?.at ?? 0) as number }])
            }
            earlier = plans[0] ?? earlier
            return outrun
          },
        })
      },
    },
    caughtAs: /goes back|2 answers|spins|has no answer|covers/,
  },
  'a slot is kept when work is taken over': {
    plant: {
      store: (store, disk) =>
        withExecutions(store, {
          async settle(settlements, now) {
            const keys = settlements.flatMap((it) => {
              const isTaken = it.kind !== 'finish' && it.died === true
              return isTaken ? (JSON.parse(rowOf(disk, it.seq)?.keys ?? '[]') as string[]) : []
            })
            const result = await store.executions.settle(settlements, now)
            for (const key of keys) disk.run(`UPDATE concurrency_keys SET held = held + 1 WHERE key = '${key}'`)
            return result
          },
        }),
    },
    provoke: limited,
    caughtAs: /which counts|held by nobody/,
  },
  'an instance works only on what it was told of': {
    plant: {
      caller: (store) => {
        let isTold = false
        const told = <T>(work: Promise<T>) => {
          isTold = true
          return work
        }
        return withExecutions(store, {
          plan: (plans) => told(store.executions.plan(plans)),
          enqueue: (rows, options) => told(store.executions.enqueue(rows, options)),
          settle: (settlements, now) => told(store.executions.settle(settlements, now)),
          async claim(request) {
            if (!isTold) return { claimed: [], happened: [], replaced: [], more: false }
            isTold = false
            return store.executions.claim(request)
          },
        })
      },
    },
    caughtAs: /never end|in good times/,
    first: 3,
  },
  'a claim whose answer was lost is forgotten': {
    plant: { caller: (store) => withExecutions(store, { claimsOf: async () => [] }) },
    provoke: troubled,
    caughtAs: /never end/,
  },
  'those who come last are claimed first': {
    plant: {
      store: (store, disk) =>
        withExecutions(store, {
          claim(request) {
            const first = disk.select('SELECT seq FROM executions WHERE state = 1 ORDER BY rank LIMIT 1')[0]?.seq ?? 0
            disk.run(`UPDATE executions SET state = -2 WHERE seq = ${first} AND state = 1`)
            try {
              return store.executions.claim(request)
            } finally {
              disk.run(`UPDATE executions SET state = 1 WHERE state = -2`)
            }
          },
        }),
    },
    provoke: narrow,
    caughtAs: /passed over/,
  },
  'the dead are never forgotten': {
    plant: {
      store: (store) =>
        withExecutions(store, {
          heartbeat: (instance, until) => store.executions.heartbeat({ ...instance, heartbeatAt: 0 }, until),
        }),
    },
    provoke: lasting,
    caughtAs: /instances are known/,
  },
}

const planted = Object.keys(PLANTS).slice(0, amount({ short: 2, long: Number.POSITIVE_INFINITY }))

test.each(planted)('the simulation of a cluster catches it when %s', { timeout: 60_000 }, async (name) => {
  const { plant, caughtAs, provoke = (scenario) => scenario, first = 1 } = PLANTS[name]!
  const complaints: string[] = []
  for (let seed = first; seed < first + MOST_SEEDS && complaints.length === 0; seed++) {
    const scenario = provoke(drawClusterScenario({ seed, hours: HOURS }))
    const verdict = await playCluster(scenario, { turns, plant })
    complaints.push(...verdict.complaints)
  }
  expect(complaints.join('\n')).toMatch(caughtAs)
})

const sound = amount<Record<string, Planted['provoke'] & {}>>({
  short: { freezing, narrow },
  long: { freezing, crashing, troubled, limited, narrow, lasting },
})

test.each(Object.entries(sound))(
  'without a planted bug there is nothing to complain of: %s',
  { timeout: 60_000 },
  async (_, provoke) => {
    const { complaints } = await playCluster(provoke(drawClusterScenario({ seed: 1, hours: HOURS })), { turns })
    expect(complaints).toEqual([])
  },
)
