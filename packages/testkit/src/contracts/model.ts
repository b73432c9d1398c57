import type { Claimed, NewExecution } from '@rota/engine'
import { array, assert, asyncProperty, constantFrom, integer, oneof, record, subarray } from 'fast-check'
import { expect, test } from 'vitest'
import { endOf, execution, NOW, type OpenStores, type StoreAdapter } from './stage.ts'

/** What is done to the store, in a random order. `n` picks among whatever there is at that moment. */
type Step =
  | { do: 'enqueue'; task: number; keys: string[]; inMs: number; priority: number }
  | { do: 'claim'; limit: number }
  | { do: 'admit' }
  | { do: 'settle'; n: number; as: 'success' | 'failed' | 'retry' | 'give_back' }
  | { do: 'cancel'; n: number }
  | { do: 'limit'; key: string; max: number }
  | { do: 'wait'; ms: number }

/** Tasks with their policy and limit; 0 stands for a job without a task. */
const TASKS: readonly Pick<NewExecution, 'taskSeq' | 'overlap' | 'taskMax'>[] = [
  { taskSeq: null, overlap: 'allow', taskMax: 1 },
  { taskSeq: 1, overlap: 'queue', taskMax: 1 },
  { taskSeq: 2, overlap: 'queue', taskMax: 2 },
  { taskSeq: 3, overlap: 'skip', taskMax: 1 },
  { taskSeq: 4, overlap: 'replace', taskMax: 1 },
  { taskSeq: 5, overlap: 'allow', taskMax: 1 },
]
const KEYS = ['a', 'b', 'c']

const step = oneof(
  {
    weight: 6,
    arbitrary: record({
      do: constantFrom('enqueue' as const),
      task: integer({ min: 0, max: TASKS.length - 1 }),
      keys: subarray(KEYS),
      inMs: constantFrom(0, 0, 400, 3000),
      priority: integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 4, arbitrary: record({ do: constantFrom('claim' as const), limit: constantFrom(1, 3, 100) }) },
  { weight: 2, arbitrary: record({ do: constantFrom('admit' as const) }) },
  {
    weight: 5,
    arbitrary: record({
      do: constantFrom('settle' as const),
      n: integer({ min: 0, max: 20 }),
      as: constantFrom(
        'success' as const,
        'success' as const,
        'failed' as const,
        'retry' as const,
        'give_back' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: record({ do: constantFrom('cancel' as const), n: integer({ min: 0, max: 20 }) }) },
  {
    weight: 1,
    arbitrary: record({
      do: constantFrom('limit' as const),
      key: constantFrom(...KEYS),
      max: integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: record({ do: constantFrom('wait' as const), ms: constantFrom(100, 1000, 5000) }) },
)

/**
 * Admission against a model that knows only the rules: whoever holds a slot is in the model's hands, so that the
 * store's counters, its lines and its decisions can all be checked from outside after every step.
 */
export function admissionModel(adapter: StoreAdapter, numRuns: number): void {
  test(`${adapter.name}: whatever happens in whatever order, limits hold, counters are right and nobody is forgotten`, async () => {
    await assert(
      asyncProperty(array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const stores = await adapter.open()
        try {
          const world = new World(stores)
          for (const s of steps) {
            await world.take(s)
            await world.check()
          }
          await world.finish()
        } finally {
          await stores.close()
        }
      }),
      { numRuns },
    )
  }, 120_000)
}

class World {
  readonly #stores: OpenStores
  readonly #limits = new Map(KEYS.map((key) => [key, 1]))
  /** What was handed out and not settled. */
  readonly #inHand = new Map<number, Claimed & Pick<NewExecution, 'keys' | 'overlap' | 'taskMax'>>()
  readonly #given = new Map<string, NewExecution>()
  readonly #final = new Map<string, string>()
  #now = NOW
  #made = 0

  constructor(stores: OpenStores) {
    this.#stores = stores
  }

  async take(step: Step) {
    switch (step.do) {
      case 'enqueue':
        return this.#enqueue(step)
      case 'claim':
        return this.#claim(step.limit)
      case 'admit':
        return this.#admit()
      case 'settle': {
        const rows = [...this.#inHand.values()]
        const row = rows[step.n % Math.max(rows.length, 1)]
        return row && this.#settle(row, step.as)
      }
      case 'cancel': {
        const ids = [...this.#given.keys()].filter((id) => !this.#final.has(id))
        const id = ids[step.n % Math.max(ids.length, 1)]
        if (id !== undefined) await this.#stores.executions.cancelUnclaimed([id], this.#now, 'cancelled')
        return
      }
      case 'limit':
        this.#limits.set(step.key, step.max)
        return this.#enqueue(null)
      case 'wait':
        this.#now += step.ms
    }
  }

  async #enqueue(wanted: Extract<Step, { do: 'enqueue' }> | null) {
    const rows: NewExecution[] = []
    if (wanted) {
      const runAt = this.#now + wanted.inMs
      const keys = wanted.keys.length > 0 ? JSON.stringify(wanted.keys) : null
      const id = `job ${++this.#made}`
      rows.push(execution(id, { ...TASKS[wanted.task]!, runAt, rank: runAt - 10 * wanted.priority, keys }))
      this.#given.set(id, rows[0]!)
    }
    const keys = [...this.#limits].map(([key, max]) => ({ key, max }))
    await this.#stores.executions.enqueue(rows, { now: this.#now, keys })
  }

  async #claim(limit: number): Promise<boolean> {
    const now = this.#now
    const result = await this.#stores.executions.claim({ instanceId: 'one', now, until: now + 1000, most: limit })
    for (const row of result.claimed) {
      expect(this.#inHand.has(row.seq), `${row.id} is handed out twice`).toBe(false)
      expect(this.#final.has(row.id), `${row.id} is handed out after its end`).toBe(false)
      const { keys, overlap, taskMax } = this.#given.get(row.id)!
      this.#inHand.set(row.seq, { ...row, keys, overlap, taskMax })
    }
    return result.more
  }

  async #admit(): Promise<boolean> {
    const due = [...this.#inHand.values()].filter((row) => !row.admitted && row.runAt <= this.#now)
    const result = await this.#stores.executions.admit(due, this.#now)
    for (const row of due) this.#inHand.delete(row.seq)
    for (const row of result.claimed) {
      const { keys, overlap, taskMax } = this.#given.get(row.id)!
      expect(row.admitted).toBe(true)
      this.#inHand.set(row.seq, { ...row, keys, overlap, taskMax })
    }
    return result.more
  }

  async #settle(row: Claimed, as: Extract<Step, { do: 'settle' }>['as']) {
    const { seq, claimSeq } = row
    this.#inHand.delete(seq)
    const runAt = this.#now + 2000
    const { fenced } = await this.#stores.executions.settle(
      [
        as === 'retry'
          ? { kind: 'retry', seq, claimSeq, runAt, rank: runAt, attempts: '[]' }
          : as === 'give_back'
            ? { kind: 'give_back', seq, claimSeq }
            : { kind: 'finish', seq, claimSeq, ...endOf(as) },
      ],
      this.#now,
    )
    expect(fenced).toEqual([])
  }

  /** The rules that hold after every step. */
  async check() {
    const live = (await this.#stores.select(
      `SELECT seq, id, state, task_seq AS "taskSeq", admitted, keys, blocked_by AS "blockedBy" FROM executions`,
    )) as {
      seq: number
      id: string
      state: number
      taskSeq: number | null
      admitted: number
      blockedBy: string | null
    }[]
    const ended = (await this.#stores.select('SELECT id, status FROM execution_history')) as {
      id: string
      status: string
    }[]

    expect(live.length + ended.length, 'each execution is either live or final').toBe(this.#given.size)
    for (const { id, status } of ended) {
      expect(this.#final.get(id) ?? status, `${id} has changed its final state`).toBe(status)
      this.#final.set(id, status)
    }
    const inHand = [...this.#inHand.values()]
    expect(live.filter((row) => row.state >= 3).map((row) => row.id)).toEqual(
      expect.arrayContaining(inHand.map((row) => row.id)),
    )
    expect(live.filter((row) => row.state >= 3)).toHaveLength(inHand.length)

    const admitted = inHand.filter((row) => row.admitted)
    for (const counter of await this.#counters()) {
      const holders = admitted.filter((row) => keysOf(row).includes(counter.key))
      expect(counter.held, `what is held of ${counter.key}`).toBe(holders.length)
    }
    for (const { taskSeq, overlap, taskMax } of TASKS) {
      if (taskSeq === null || overlap === 'allow') continue
      expect(admitted.filter((row) => row.taskSeq === taskSeq).length).toBeLessThanOrEqual(taskMax)
    }
  }

  /** Lets everything run to its end, and checks at every moment of rest that nobody waits beside a free slot. */
  async finish() {
    for (let round = 0; round < 500; round++) {
      this.#now += 1000
      await this.#stores.executions.activate(this.#now + 3000, 1000)
      await this.#stores.executions.nudge()
      // Where there are others, what was to be cancelled while somebody had it is claimed by nobody and ends here.
      await this.#stores.cancellations?.of('one', this.#now)
      let rounds = 0
      while ((await this.#claim(100)) || (await this.#admit())) expect(++rounds).toBeLessThan(200)
      await this.check()
      await this.#nobodyWaitsForNothing()
      const admitted = [...this.#inHand.values()].find((row) => row.admitted)
      if (admitted) await this.#settle(admitted, 'success')
      else if (this.#inHand.size === 0 && this.#final.size === this.#given.size) return
    }
    throw new Error(`${this.#given.size - this.#final.size} executions never end`)
  }

  async #nobodyWaitsForNothing() {
    const blocked = (await this.#stores.select(
      'SELECT id, blocked_by AS "blockedBy" FROM executions WHERE state = 2',
    )) as { id: string; blockedBy: string }[]
    const counters = new Map((await this.#counters()).map((c) => [c.key, c]))
    const admitted = [...this.#inHand.values()].filter((row) => row.admitted)
    const hasRoom = (limit: string) => {
      const counter = counters.get(limit)
      if (counter) return counter.held < counter.max
      const task = TASKS.find((t) => `task:${t.taskSeq}` === limit)!
      return admitted.filter((row) => row.taskSeq === task.taskSeq).length < task.taskMax
    }
    const idle = blocked.filter((row) => hasRoom(row.blockedBy))
    expect(idle, 'these wait for a limit that has room').toEqual([])
  }

  async #counters() {
    const rows = await this.#stores.select('SELECT key, max, held FROM concurrency_keys')
    return (rows as { key: string; max: number; held: number }[]).map((r) => ({
      key: r.key,
      max: Number(r.max),
      held: Number(r.held),
    }))
  }
}

function keysOf(row: Pick<NewExecution, 'keys'>): string[] {
  return row.keys === null ? [] : JSON.parse(row.keys)
}
