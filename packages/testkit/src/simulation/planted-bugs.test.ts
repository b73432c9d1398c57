import type { Claimed, MemoryDisk, StoreParts } from '@rota/engine'
import { afterAll, expect, test } from 'vitest'
import type { Random } from '../random.ts'
import { simulate } from './simulate.ts'
import { takeTurns } from './turns.ts'

type Plant = (store: StoreParts, disk: MemoryDisk, random: Random) => StoreParts

const turns = takeTurns()
afterAll(() => turns.restore())

/** Puts other methods in the place of some of the store's. */
const withExecutions = (store: StoreParts, methods: Partial<StoreParts['executions']>): StoreParts => ({
  ...store,
  executions: { ...store.executions, ...methods },
})

/** `first`: the seed to begin with, where few of them show the bug. */
const PLANTS: Record<string, { plant: Plant; caughtAs: RegExp; first?: number }> = {
  'a claim hands out rows that are held already': {
    plant: (store) => {
      let earlier: Claimed[] = []
      return withExecutions(store, {
        async claim(request) {
          const result = await store.executions.claim(request)
          const again = earlier.map((row) => ({ ...row }))
          earlier = result.claimed.filter((row) => row.admitted)
          return { ...result, claimed: [...result.claimed, ...again] }
        },
      })
    },
    caughtAs: /runs twice|without a row|starts again|starts attempt/,
  },
  'a plan moves the cursor and loses an occurrence': {
    plant: (store, _, random) =>
      withExecutions(store, {
        plan: (plans) =>
          store.executions.plan(
            plans.map((plan) => (random.chance(0.02) ? { ...plan, executions: plan.executions.slice(1) } : plan)),
          ),
      }),
    caughtAs: /has no answer/,
  },
  'what is made up falls to the overlap of its task': {
    plant: (store) =>
      withExecutions(store, {
        plan: (plans) =>
          store.executions.plan(
            plans.map((plan) => ({
              ...plan,
              executions: plan.executions.map((it) => (it.overlap === 'in_turn' ? { ...it, overlap: 'skip' } : it)),
            })),
          ),
      }),
    caughtAs: /is made up, and falls to overlap/,
    first: 29,
  },
  'grace ends nowhere once an occurrence is planned': {
    plant: (store) =>
      withExecutions(store, {
        plan: (plans) =>
          store.executions.plan(
            plans.map((plan) => ({
              ...plan,
              executions: plan.executions.map((it) => ({ ...it, skipAfter: null })),
            })),
          ),
      }),
    caughtAs: /after its grace time/,
  },
  'a plan is written without comparing the cursor': {
    plant: (store, disk) =>
      withExecutions(store, {
        async dueSchedules(until, limit) {
          // An old look at the cursors, and nobody who minds.
          disk.run(`UPDATE schedules SET next_due_at = last_due_at WHERE last_due_at < ${until - 400_000}`)
          return store.executions.dueSchedules(until, limit)
        },
      }),
    caughtAs: /2 answers|goes back|rejects|spins|has no answer|breaks down/,
  },
  'a start comes before its instant': {
    plant: (store) =>
      withExecutions(store, {
        async claim(request) {
          const result = await store.executions.claim(request)
          for (const row of result.claimed) if (row.admitted) row.runAt -= 5000
          return result
        },
      }),
    caughtAs: /ms early/,
  },
  'limits are not asked when the instant has come': {
    plant: (store) =>
      withExecutions(store, {
        async admit(rows) {
          for (const row of rows) row.admitted = true
          return { claimed: [...rows], skipped: [], replaced: [], more: false }
        },
      }),
    caughtAs: /overlaps|shares/,
  },
  'a slot is not given back': {
    plant: (store, disk, random) =>
      withExecutions(store, {
        async settle(settlements, now) {
          const result = await store.executions.settle(settlements, now)
          if (random.chance(0.05)) disk.run(`UPDATE concurrency_keys SET held = held + 1 WHERE held < max`)
          return result
        },
      }),
    caughtAs: /never end|held by nobody/,
  },
  'an end gets lost': {
    plant: (store, _, random) =>
      withExecutions(store, {
        settle: (settlements, now) =>
          store.executions.settle(
            settlements.filter(() => !random.chance(0.01)),
            now,
          ),
      }),
    caughtAs: /never end|last attempt succeeded|starts again/,
  },
  'nobody takes over what the dead had claimed': {
    plant: (store) => withExecutions(store, { orphans: async () => [] }),
    caughtAs: /never end/,
  },
  'failures are retried without end': {
    plant: (store) =>
      withExecutions(store, {
        settle: (settlements, now) =>
          store.executions.settle(
            settlements.map((s) =>
              s.kind === 'finish' && s.status === 'failed'
                ? { kind: 'retry', seq: s.seq, claimSeq: s.claimSeq, runAt: now + 1000, rank: now, attempts: '[]' }
                : s,
            ),
            now,
          ),
      }),
    caughtAs: /attempts|starts again|never end/,
  },
  'what has ended changes afterwards': {
    plant: (store, disk, random) =>
      withExecutions(store, {
        async settle(settlements, now) {
          if (random.chance(0.01)) disk.run(`UPDATE execution_history SET status = 'failed' WHERE status = 'success'`)
          return store.executions.settle(settlements, now)
        },
      }),
    caughtAs: /was success|last attempt succeeded/,
  },
}

test.each(Object.keys(PLANTS))('the simulation catches it when %s', { timeout: 60_000 }, async (name) => {
  const { plant, caughtAs, first = 1 } = PLANTS[name]!
  const complaints: string[] = []
  for (let seed = first; seed < first + 20 && complaints.length === 0; seed++) {
    const verdict = await simulate({ seed, hours: 6, turns, plant })
    complaints.push(...verdict.complaints)
  }
  expect(complaints.join('\n')).toMatch(caughtAs)
})
