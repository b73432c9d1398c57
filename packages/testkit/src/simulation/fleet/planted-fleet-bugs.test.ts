import type { NodeLease } from '@rota/core'
import type { ExecutionStore, HotParts, StoreParts } from '@rota/engine'
import { afterAll, expect, test } from 'vitest'
import { takeTurns } from '../turns.ts'
import type { FleetPlant } from './fleet-world.ts'
import { drawFleetScenario, type FleetMishap, type FleetScenario } from './scenario.ts'
import { playFleet } from './simulate-fleet.ts'

const turns = takeTurns()
afterAll(() => turns.restore())

const MOST_SEEDS = 15

type Reservations = HotParts['reservations']

const withReservations = (hot: HotParts, change: (room: Reservations) => Partial<Reservations>): HotParts => {
  const room = hot.reservations
  return { ...hot, reservations: { ...room, ...change(room) } }
}

const withExecutions = (store: StoreParts, change: (executions: ExecutionStore) => Partial<ExecutionStore>) => ({
  ...store,
  executions: { ...store.executions, ...change(store.executions) },
})

interface Planted {
  plant: FleetPlant
  caughtAs: RegExp
  /** Makes what the bug needs happen often. */
  provoke?: (scenario: FleetScenario) => FleetScenario
}

/** Besides what is submitted, this alone happens, every ten seconds. */
const often = (scenario: FleetScenario, draw: (at: number, n: number) => FleetMishap[]): FleetScenario => ({
  ...scenario,
  isCalm: false,
  lengthMs: 75_000,
  mishaps: [
    ...scenario.mishaps.filter(({ kind }) => kind === 'submit'),
    ...Array.from({ length: 6 }, (_, n) => draw(5_000 + 10_000 * n, n)).flat(),
  ].sort((a, b) => a.at - b.at),
})

const crowded = (scenario: FleetScenario): FleetScenario => ({
  ...scenario,
  skews: [0, 0],
  jobs: scenario.jobs.map((job) => ({
    ...job,
    payload: { longestMs: 8_000, failing: 0, lines: 40 },
    target: { kind: 'node', on_lost: 'restart' },
  })),
})

const crashing = (scenario: FleetScenario) =>
  often(crowded(scenario), (at, n) => [{ at, kind: 'crash', instance: n % 2, downMs: 3_000, inCall: 'none' }])
const cutting = (scenario: FleetScenario) =>
  often(crowded(scenario), (at, n) => [
    { at, kind: 'node_cut', node: n % scenario.nodes.length, forMs: [8_000, 25_000][n % 2]! },
  ])
const lying = (scenario: FleetScenario): FleetScenario => ({
  ...cutting(scenario),
  nodes: scenario.nodes.map((node) => ({
    ...node,
    vices: { lateAck: 0.4, noAck: 0.1, doubleAck: 0.2, phantoms: true },
  })),
})

const forgetting = (scenario: FleetScenario) =>
  often(crowded(scenario), (at, n) => [
    { at, kind: 'node_crash', node: n % scenario.nodes.length, downMs: 500, keepsState: false },
  ])
const outages = (scenario: FleetScenario) =>
  often(crowded(scenario), (at, n) => [{ at, kind: 'outage', instance: n % 2, forMs: 8_000 }])

/** Slots that were given back more than once, by node, in the hot state of a run. */
function countingTwice(room: Reservations): Partial<Reservations> {
  const surplus = new Map<string, number>()
  return {
    async release(lease) {
      const answer = await room.release(lease)
      if (answer.outcome === 'ok' && !answer.isNew) surplus.set(lease.node, (surplus.get(lease.node) ?? 0) + 1)
      return answer
    },
    async verify(node) {
      const drift = surplus.get(node) ?? 0
      surplus.delete(node)
      return drift + (await room.verify(node))
    },
  }
}

/** Nothing is given back, and nobody notices that the node does not speak of it any more. */
function keepingAll(room: Reservations): Partial<Reservations> {
  const begun: { node: string; lease: NodeLease }[] = []
  return {
    release: async () => ({ outcome: 'ok', isNew: true }),
    async commit(lease, ttl) {
      begun.push({ node: lease.node, lease: { executionId: '', fence: 1, lease: lease.lease } })
      return room.commit(lease, ttl)
    },
    async beat(beat) {
      const all = begun.filter(({ node }) => node === beat.node).map(({ lease }) => lease)
      const answer = await room.beat({ ...beat, running: [...beat.running, ...all] })
      return answer.outcome === 'ok' ? { ...answer, drop: [] } : answer
    },
  }
}

const PLANTS: Record<string, Planted> = {
  'a release trusts the state that it reads, and gives back what was given back before': {
    plant: { hot: (hot) => withReservations(hot, countingTwice) },
    provoke: forgetting,
    caughtAs: /the counters of n\d differ/,
  },
  'an answer that comes after the deadline of its room revives it': {
    plant: {
      hot: (hot) =>
        withReservations(hot, (room) => ({
          async commit(lease, ttl) {
            const answer = await room.commit(lease, ttl)
            return answer.outcome === 'gone' ? { outcome: 'ok', isNew: true } : answer
          },
          reserve: (request) => room.reserve({ ...request, ttlMs: 100 }),
        })),
    },
    provoke: lying,
    caughtAs: /is revived by a late answer/,
  },
  'more room is given out than there is': {
    plant: {
      hot: (hot) =>
        withReservations(hot, (room) => ({
          register: (join) => room.register({ ...join, capacity: join.capacity + 1 }),
          loads: async (nodes) =>
            (await room.loads(nodes)).map((load) => load && { ...load, capacity: load.capacity - 1 }),
        })),
    },
    provoke: crowded,
    caughtAs: /slots of n\d are given out, it has/,
  },
  'room that nobody holds any more is not given back': {
    plant: { hot: (hot) => withReservations(hot, keepingAll) },
    provoke: crowded,
    caughtAs: /held by nobody|never ends/,
  },
  'the fence is not compared when a result comes': {
    plant: {
      store: (store, disk) =>
        withExecutions(store, (executions) => ({
          settle: (settlements, now) =>
            executions.settle(
              settlements.map((it) => {
                const [row] = disk.select('SELECT claim_seq AS claimSeq FROM executions WHERE seq = ?', it.seq)
                return { ...it, claimSeq: (row?.claimSeq as number | undefined) ?? it.claimSeq }
              }),
              now,
            ),
        })),
    },
    provoke: outages,
    caughtAs: /is accepted from a late holder|is refused/,
  },
  'who takes an attempt over keeps the claim as it was': {
    plant: {
      caller: (store) =>
        withExecutions(store, (executions) => ({
          async adopt(claims, instance) {
            await executions.adopt(claims, instance)
            return [...claims]
          },
        })),
    },
    provoke: crashing,
    caughtAs: /never ends|attempts in hand|still keeps/,
  },
  'news are confirmed before they are kept': {
    plant: {
      equipment({ hot, logs }) {
        const counts = new Map<string, number>()
        const append: typeof logs.append = (id, attempt, lines) => {
          const known = counts.get(id)
          if (known !== undefined) counts.set(id, known + lines.length)
          return logs.append(id, attempt, lines)
        }
        const flush: typeof logs.flush = async (id) => {
          const known = counts.get(id) ?? (await logs.flush(id))
          counts.set(id, known)
          return known
        }
        return { hot, logs: { ...logs, append, flush } }
      },
    },
    provoke: crashing,
    caughtAs: /again, after|lines of|where \d+ should/,
  },
  'two lead at once in one term': {
    plant: {
      store: (store) => ({ ...store, eras: { ...store.eras, term: async () => 0 } }),
      hot: (hot) => ({
        ...hot,
        leaderTerms: {
          ...hot.leaderTerms,
          claim: async (request) => ({ ...(await hot.leaderTerms.claim(request)), leads: true }),
        },
      }),
    },
    provoke: (scenario) => ({ ...scenario, skews: [0, 0] }),
    caughtAs: /two lead nodes in term/,
  },
  'a leader of an earlier term is obeyed': {
    plant: {
      hot(hot) {
        const terms = new Map<string, number>()
        const termOf = (instance: string) => terms.get(instance) ?? terms.set(instance, terms.size + 1).size
        return {
          ...withReservations(hot, (room) => ({
            setState: (node, state, reason) => room.setState(node, state, reason, null),
          })),
          leaderTerms: {
            ...hot.leaderTerms,
            claim: async ({ instanceId }) => ({ leads: true, term: termOf(instanceId) }),
          },
        }
      },
    },
    provoke: (scenario) => ({ ...cutting(scenario), skews: [0, 0, 0] }),
    caughtAs: /moves n\d in term|two lead/,
  },
}

test.each(Object.keys(PLANTS))('a planted bug is found: %s', { timeout: 120_000 }, async (name) => {
  const { plant, caughtAs, provoke = (scenario) => scenario } = PLANTS[name]!
  const heard: string[] = []
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const { complaints } = await playFleet(provoke(drawFleetScenario({ seed })), { turns, plant })
    if (complaints.some((what) => caughtAs.test(what))) return
    heard.push(...complaints.map((what) => `seed ${seed}: ${what}`))
  }
  expect(heard, `no complaint in ${MOST_SEEDS} seeds is ${caughtAs}`).toEqual([])
  expect.fail(`nothing is complained of in ${MOST_SEEDS} seeds`)
})

test.each([
  ['crashing', crashing],
  ['cutting', cutting],
  ['lying', lying],
  ['outages', outages],
  ['forgetting', forgetting],
  ['crowded', crowded],
] as const)('without a bug what provokes them is no cause for complaint: %s', async (_, provoke) => {
  for (let seed = 1; seed <= 2; seed++) {
    const { complaints } = await playFleet(provoke(drawFleetScenario({ seed })), { turns })
    expect(complaints).toEqual([])
  }
})
