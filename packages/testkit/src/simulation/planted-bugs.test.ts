import type { Claimed, Ended, MemoryDisk, Settlement, StoreParts } from '@rota/engine'
import { afterAll, expect, test } from 'vitest'
import { amount } from '../amount.ts'
import type { Random } from '../random.ts'
import { drawScenario } from './scenario.ts'
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

interface Planted {
  plant: Plant
  caughtAs: RegExp
  /** The seed to begin with, where few of them show the bug. */
  first?: number
  /** It shows in so many rows that the run takes its time: only in the project `long`. */
  isSlow?: boolean
}

const PLANTS: Record<string, Planted> = {
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
    first: 9,
  },
  'a plan is written without comparing the cursor': {
    plant: (store, disk) =>
      withExecutions(store, {
        async dueSchedules(until, most) {
          // An old look at the cursors, and nobody who minds.
          disk.run(`UPDATE schedules SET next_due_at = last_due_at WHERE last_due_at < ${until - 400_000}`)
          return store.executions.dueSchedules(until, most)
        },
      }),
    caughtAs: /2 answers|goes back|rejects|spins|has no answer|breaks down/,
    // It is caught there within seconds; others plan the same days again and again.
    first: 12,
    isSlow: true,
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
          return { claimed: [...rows], happened: [], replaced: [], more: false }
        },
      }),
    caughtAs: /overlaps|shares/,
    first: 8,
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
    first: 5,
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

/** What a store that answers before it writes has said it has done, by the disk of a run. */
const promisedEnds = new WeakMap<MemoryDisk, Settlement[]>()

const TELLING_PLANTS: Record<string, { plant: Plant; caughtAs: RegExp; isQuiet?: boolean }> = {
  'an end that nobody tells of': {
    isQuiet: true,
    plant: (store) =>
      withExecutions(store, {
        async claim(request) {
          return { ...(await store.executions.claim(request)), happened: [] }
        },
        async plan(plans) {
          return { ...(await store.executions.plan(plans)), happened: [] }
        },
        async settle(settlements, now) {
          const result = await store.executions.settle(settlements, now)
          return { ...result, happened: result.happened.filter(({ id }) => !id.endsWith('7')) }
        },
      }),
    caughtAs: /nobody tells of the end/,
  },
  'an end that is told before it is written': {
    plant: (store, disk) =>
      withExecutions(store, {
        async settle(settlements, now) {
          const earlier = promisedEnds.get(disk) ?? []
          promisedEnds.set(disk, [...settlements])
          const rows = settlements.flatMap(({ kind, begun }) => (kind === 'finish' && begun ? [begun] : []))
          const said = rows.map(({ id }) => saidOf(id, now))
          const written = await store.executions.settle(earlier, now)
          return { ...written, happened: said }
        },
      }),
    caughtAs: /before it can be read/,
  },
  'an end that is told twice': {
    plant: (store, _, random) =>
      withExecutions(store, {
        async settle(settlements, now) {
          const result = await store.executions.settle(settlements, now)
          const happened = random.chance(0.02) ? [...result.happened, ...result.happened] : result.happened
          return { ...result, happened }
        },
      }),
    caughtAs: /is told twice/,
  },
  'an end that is kept for nobody': {
    plant: (store, disk, random) =>
      withExecutions(store, {
        async settle(settlements, now) {
          const result = await store.executions.settle(settlements, now)
          if (random.chance(0.02)) disk.run('DELETE FROM happenings WHERE seq = (SELECT max(seq) FROM happenings)')
          return result
        },
      }),
    caughtAs: /is kept for nobody/,
  },
  'an end that is kept twice': {
    plant: (store, disk, random) =>
      withExecutions(store, {
        async settle(settlements, now) {
          const result = await store.executions.settle(settlements, now)
          if (random.chance(0.02)) {
            disk.run(
              `INSERT INTO happenings (kind, subject, tenant_id, at, body)
               SELECT kind, subject, tenant_id, at, body FROM happenings ORDER BY seq DESC LIMIT 1`,
            )
          }
          return result
        },
      }),
    caughtAs: /goes on with entry|is kept twice/,
  },
  'a consumer that is done with what it has not been given': {
    plant: (store) => ({
      ...store,
      outbox: {
        ...store.outbox,
        async take(request) {
          const taken = await store.outbox.take(request)
          return taken && { ...taken, entries: taken.entries.filter(({ seq }) => seq % 50 > 0) }
        },
      },
    }),
    caughtAs: /was passed over/,
  },
}

function saidOf(id: string, now: number): Ended {
  const nothing = { tenantId: null, taskSeq: null, startedAt: now, instanceId: null, failure: null, reason: null }
  const end = { kind: 'execution_finished', status: 'success', trigger: 'api', attempt: 1, ranMs: 0 } as const
  return { id, ...nothing, ...end, work: { taskId: null, type: '' }, dueAt: now, finishedAt: now }
}

test.each(Object.keys(TELLING_PLANTS))('the simulation catches %s', { timeout: 60_000 }, async (name) => {
  const { plant, caughtAs, isQuiet = false } = TELLING_PLANTS[name]!
  const complaints: string[] = []
  for (let seed = 1; seed < 41 && !caughtAs.test(complaints.join('\n')); seed++) {
    // What nobody tells of may have got lost on its way, but for days on which nothing goes wrong.
    if (isQuiet && !drawScenario({ seed, hours: 6 }).isCalm) continue
    complaints.push(...(await simulate({ seed, hours: 6, turns, plant })).complaints)
  }
  expect(complaints.join('\n')).toMatch(caughtAs)
})

const isTried = amount({ short: (name: string) => !PLANTS[name]!.isSlow, long: () => true })

test.each(Object.keys(PLANTS).filter(isTried))(
  'the simulation catches it when %s',
  { timeout: 60_000 },
  async (name) => {
    const { plant, caughtAs, first = 1 } = PLANTS[name]!
    const complaints: string[] = []
    for (let seed = first; seed < first + 20 && complaints.length === 0; seed++) {
      const verdict = await simulate({ seed, hours: 6, turns, plant })
      complaints.push(...verdict.complaints)
    }
    expect(complaints.join('\n')).toMatch(caughtAs)
  },
)
