import type { Plant } from './recorded-run.ts'

type Store = Parameters<Plant>[0]
const withExecutions = (store: Store, methods: Partial<Store['executions']>): Store => ({
  ...store,
  executions: { ...store.executions, ...methods },
})

/** Bugs of a store, and what the checker may call them. */
export const BUGS: Record<string, { plant: Plant; caughtAs: RegExp }> = {
  'loses occurrences when it moves a cursor': {
    plant: (store, _, random) =>
      withExecutions(store, {
        plan: (plans) =>
          store.executions.plan(
            plans.map((plan) => (random.chance(0.03) ? { ...plan, executions: plan.executions.slice(1) } : plan)),
          ),
      }),
    caughtAs: /^missing/,
  },
  'plans an instant that is not due': {
    plant: (store, _, random) =>
      withExecutions(store, {
        plan: (plans) =>
          store.executions.plan(
            plans.map((plan) => ({
              ...plan,
              executions: plan.executions.map((it) => (random.chance(0.02) ? { ...it, dueAt: it.dueAt + 400 } : it)),
            })),
          ),
      }),
    caughtAs: /unexplained/,
  },
  'plans from the clock of now instead of the cursor': {
    plant: (store, disk) =>
      withExecutions(store, {
        async dueSchedules(until, limit) {
          const due = await store.executions.dueSchedules(until, limit)
          disk.run(`UPDATE schedules SET next_due_at = next_due_at + 1000 WHERE next_due_at % 7000 = 0`)
          return due
        },
      }),
    caughtAs: /missing/,
  },
  'calls instants earlier than they are': {
    plant: (store) =>
      withExecutions(store, {
        async claim(request) {
          const result = await store.executions.claim(request)
          for (const row of result.claimed) if (row.admitted) row.runAt -= 50
          return result
        },
      }),
    caughtAs: /early/,
  },
  'calls instants later than they are': {
    plant: (store, _, random) =>
      withExecutions(store, {
        async claim(request) {
          const result = await store.executions.claim(request)
          for (const row of result.claimed) if (random.chance(0.05)) row.runAt += 15_000
          return result
        },
      }),
    caughtAs: /late/,
  },
  'admits everybody': {
    plant: (store) =>
      withExecutions(store, {
        async admit(rows) {
          for (const row of rows) row.admitted = true
          return { claimed: [...rows], happened: [], replaced: [], more: false }
        },
      }),
    caughtAs: /overlap/,
  },
  'forgets ends': {
    plant: (store, _, random) =>
      withExecutions(store, {
        settle: (settlements, now) =>
          store.executions.settle(
            settlements.filter(() => !random.chance(0.02)),
            now,
          ),
      }),
    caughtAs: /stuck/,
  },
  'writes failures down as successes': {
    plant: (store) =>
      withExecutions(store, {
        settle: (settlements, now) =>
          store.executions.settle(
            settlements.map((it) =>
              it.kind === 'retry'
                ? { ...FINISH, seq: it.seq, claimSeq: it.claimSeq, status: 'success', finishedAt: now, startedAt: now }
                : it,
            ),
            now,
          ),
      }),
    caughtAs: /wrongState/,
  },
  'writes successes down as failures': {
    plant: (store, _, random) =>
      withExecutions(store, {
        settle: (settlements, now) =>
          store.executions.settle(
            settlements.map((it) =>
              it.kind === 'finish' && it.status === 'success' && random.chance(0.02)
                ? { ...it, status: 'failed', failure: 'exit_code' }
                : it,
            ),
            now,
          ),
      }),
    caughtAs: /wrongState|lostEnd/,
  },
  'does not try again': {
    plant: (store) =>
      withExecutions(store, {
        settle: (settlements, now) =>
          store.executions.settle(
            settlements.map((it) =>
              it.kind === 'retry'
                ? { ...FINISH, seq: it.seq, claimSeq: it.claimSeq, finishedAt: now, startedAt: now }
                : it,
            ),
            now,
          ),
      }),
    caughtAs: /retryPolicy/,
  },
  'acknowledges jobs that it then loses': {
    plant: (store, disk, random) =>
      withExecutions(store, {
        async enqueue(rows, options) {
          const result = await store.executions.enqueue(rows, options)
          for (const { id } of rows) if (random.chance(0.05)) disk.run(`DELETE FROM executions WHERE id = '${id}'`)
          return result
        },
      }),
    caughtAs: /lostWrite/,
  },
  'sends nothing of the dead back': {
    plant: (store) => withExecutions(store, { orphans: async () => [] }),
    caughtAs: /stuck/,
  },
  'changes what has ended': {
    plant: (store, disk, random) =>
      withExecutions(store, {
        async settle(settlements, now) {
          if (random.chance(0.01))
            disk.run(`UPDATE execution_history SET status = 'failed', failure = 'exit_code' WHERE status = 'success'`)
          return store.executions.settle(settlements, now)
        },
      }),
    caughtAs: /wrongState/,
  },
}

const FINISH = {
  kind: 'finish',
  status: 'failed',
  failure: 'exit_code',
  reason: null,
  exitCode: 1,
  error: null,
  output: null,
  result: null,
  cpuMs: null,
  maxRssBytes: null,
  droppedLogBytes: 0,
  keep: true,
} as const
