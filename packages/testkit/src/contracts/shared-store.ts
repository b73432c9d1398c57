import { EVERYTHING } from '@rota/core'
import type { Claimed, ExecutionStore, NewExecution, StoreParts, TaskStore } from '@rota/engine'
import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOf, every, execution, idsOf, NOW, type OpenStores, stage } from './stage.ts'

/** What an instance reaches of a store that it shares with others. */
export interface SharedView {
  executions: ExecutionStore
  tasks: TaskStore
  /** Only where an instance can ask another to stop something. */
  cancellations?: NonNullable<StoreParts['cancellations']>
}

/** A store that several instances share: `of` opens it for one of them. */
export interface SharedStoreAdapter {
  name: string
  open(): Promise<OpenStores & { of(instanceId: string): SharedView }>
}

const LEASE_MS = 1000
const INSTANCES = ['one', 'two', 'three'] as const

function renew(view: SharedView, id: string, now: number) {
  const about = { id, hostname: 'here', pid: 1, version: '1', startedAt: NOW, heartbeatAt: now }
  return view.executions.heartbeat({ ...about, state: 'running', running: 0, waiting: 0 }, now + LEASE_MS)
}

/** What every store must do that several instances share; wishes only where it has cancellations. */
export function sharedStoreContract(
  adapter: SharedStoreAdapter,
  options: { hasWishes: boolean; numRuns?: number },
): void {
  takeoverRules(adapter)
  if (options.hasWishes) wishRules(adapter)
  clusterModel(adapter, options.numRuns ?? 200)
}

/** The stores of a test, and what each instance sees of them. */
function sharedStage(adapter: SharedStoreAdapter) {
  let opened: Awaited<ReturnType<SharedStoreAdapter['open']>>
  const on = stage({
    name: adapter.name,
    async open() {
      opened = await adapter.open()
      return opened
    },
  })
  return { on, of: (id: string) => opened.of(id) }
}

function takeoverRules(adapter: SharedStoreAdapter) {
  describe(`${adapter.name}: work of one instance in the hands of another`, () => {
    const { on, of } = sharedStage(adapter)
    const claim = (id: string, at = NOW) =>
      of(id).executions.claim({ instanceId: id, now: at, until: at + 1000, most: 100 })

    test('the lease of one says nothing about the lease of another', async () => {
      for (const id of ['one', 'two']) await renew(of(id), id, NOW)
      await on.enqueue([execution('a', { rank: 1 }), execution('b', { rank: 2 })])
      await of('one').executions.claim({ instanceId: 'one', now: NOW, until: NOW + 1, most: 1 })
      await claim('two')
      await renew(of('two'), 'two', NOW + LEASE_MS)
      const query = { now: NOW + LEASE_MS + 1, most: 10, after: 0 }
      expect(idsOf(await of('three').executions.orphans({ ...query, asker: 'three' }))).toEqual(['a'])
      expect(idsOf(await of('two').executions.orphans({ ...query, asker: 'two' }))).toEqual(['a'])
      expect(await of('one').executions.orphans({ ...query, asker: 'one' })).toEqual([])
    })

    test('two who take over the same work do it once, and its slots are free once', async () => {
      await renew(of('one'), 'one', NOW)
      const slot = { keys: '["door"]', overlap: 'queue', taskSeq: 1 } as const
      await on.enqueue([execution('held', slot), execution('next', { ...slot, taskSeq: 2, rank: NOW + 1 })], {
        door: 1,
      })
      await claim('one')
      const at = NOW + LEASE_MS + 1
      const find = (asker: string) => of(asker).executions.orphans({ now: at, most: 10, asker, after: 0 })
      const [byTwo, byThree] = await Promise.all([find('two'), find('three')])
      expect(idsOf(byTwo)).toEqual(['held'])
      expect(idsOf(byThree)).toEqual(['held'])
      const giveBack = (id: string, row: Claimed) => {
        const { seq, claimSeq } = row
        return of(id).executions.settle([{ kind: 'give_back', died: true, seq, claimSeq }], at)
      }
      const answers = [await giveBack('two', byTwo[0]!), await giveBack('three', byThree[0]!)]
      expect(answers.map((answer) => answer.fenced)).toEqual([[], [byTwo[0]!.seq]])
      expect(await on.held()).toEqual({ door: { max: 1, held: 0 } })
      expect(idsOf((await claim('two', at)).claimed)).toEqual(['held'])
      expect(await on.held()).toEqual({ door: { max: 1, held: 1 } })
    })

    test('a result that comes after the work went back counts neither before nor after it is claimed again', async () => {
      await on.enqueue([execution('job')])
      const [late] = (await claim('one')).claimed
      const { seq, claimSeq } = late!
      await of('two').executions.settle([{ kind: 'give_back', died: true, seq, claimSeq }], NOW)
      const finish = { kind: 'finish', seq, claimSeq, ...endOf('success') } as const
      expect((await of('one').executions.settle([finish], NOW)).fenced).toEqual([seq])
      const [current] = (await claim('two')).claimed
      expect((await of('one').executions.settle([finish], NOW)).fenced).toEqual([seq])
      await of('one').executions.markStarted([{ seq, claimSeq, startedAt: NOW }])
      expect(await on.live()).toMatchObject([{ id: 'job', state: 'claimed', claimSeq: current!.claimSeq }])
      expect((await of('one').executions.admit([late!], NOW)).claimed).toEqual([])
    })

    test('statements that are repeated because their first answer was lost do no more than once', async () => {
      await on.enqueue([execution('job', { runAt: NOW + 60_000 })])
      const { executions } = of('one')
      expect(await executions.activate(NOW + 120_000, 10)).toBe(1)
      expect(await executions.activate(NOW + 120_000, 10)).toBe(0)
      const [row] = (await claim('one', NOW + 60_000)).claimed
      const start = { seq: row!.seq, claimSeq: row!.claimSeq, startedAt: NOW }
      await executions.markStarted([start])
      await executions.markStarted([{ ...start, startedAt: NOW + 5 }])
      const orphans = await of('two').executions.orphans({ now: NOW, most: 1, asker: 'two', after: 0 })
      expect(orphans).toMatchObject([{ startedAt: NOW }])
    })
  })
}

function wishRules(adapter: SharedStoreAdapter) {
  describe(`${adapter.name}: what instances ask of each other`, () => {
    const { on, of } = sharedStage(adapter)
    const claim = (id: string) => of(id).executions.claim({ instanceId: id, now: NOW, until: NOW + 5000, most: 100 })
    const wishesOf = async (id: string) => (await of(id).cancellations!.of(id, NOW)).wishes

    test('a cancellation is told to the holder, to nobody else, and until the execution has ended', async () => {
      await on.enqueue([execution('job')])
      const [row] = (await claim('one')).claimed
      await of('two').executions.cancelUnclaimed(['job'], NOW, 'cancelled by ann')
      const wish = { seq: row!.seq, reason: 'cancelled by ann', ifUnstarted: false }
      expect(await wishesOf('two')).toEqual([])
      expect(await wishesOf('one')).toEqual([wish])
      expect(await wishesOf('one')).toEqual([wish])
      await on.end(row!, 'cancelled')
      expect(await wishesOf('one')).toEqual([])
    })

    test('what is to be stopped is claimed by nobody when it comes back, and ends', async () => {
      await on.enqueue([execution('job')])
      const [row] = (await claim('one')).claimed
      await of('two').executions.cancelUnclaimed(['job'], NOW, 'cancelled by ann')
      await of('one').executions.settle([{ kind: 'give_back', seq: row!.seq, claimSeq: row!.claimSeq }], NOW)
      expect((await claim('two')).claimed).toEqual([])
      expect(await wishesOf('two')).toEqual([])
      expect(await on.history()).toMatchObject([{ id: 'job', status: 'cancelled', reason: 'cancelled by ann' }])
    })

    test('a newer execution that replaces asks the holder of the older one to stop it', async () => {
      const replacing = { taskSeq: 1, overlap: 'replace' } as const
      await on.enqueue([execution('old', replacing)])
      const [old] = (await claim('one')).claimed
      await on.enqueue([execution('new', replacing)])
      expect((await claim('two')).replaced).toEqual([old!.seq])
      expect(await wishesOf('one')).toMatchObject([{ seq: old!.seq, ifUnstarted: false }])
    })

    test('a changed task leaves what another instance has in hand, and asks for it where it has not started', async () => {
      const task = await on.addTask('a', { schedules: [every(60_000)] })
      const row = (id: string, more: Partial<NewExecution> = {}) =>
        execution(id, { taskSeq: task.seq, taskVersion: 1, trigger: 'schedule', runAt: NOW + 2000, ...more })
      await on.enqueue([row('here', { rank: 1 })])
      await claim('two')
      await on.enqueue([row('there'), row('started')])
      const { claimed } = await claim('one')
      const started = claimed.find((it) => it.id === 'started')!
      const there = claimed.find((it) => it.id === 'there')!
      await of('one').executions.markStarted([{ ...started, startedAt: NOW }])
      await on.enqueue([row('free')])

      const change = { ...(await on.tasks.byId(task.id, EVERYTHING))!, version: 2 }
      const nothing = { answers: [], executions: [], keys: [] }
      const saving = { expectedVersion: 1, keepRevision: true, schedules: null, drop: 'future', now: NOW } as const
      const { dropped } = await of('two').tasks.save(change, { ...saving, ...nothing })
      expect(dropped).toHaveLength(1)
      expect(idsOf(await on.live()).sort()).toEqual(['started', 'there'])
      expect(await wishesOf('one')).toMatchObject([{ seq: there.seq, ifUnstarted: true }])
      expect((await on.end(there)).fenced).toEqual([])
    })

    test('an occurrence before what another instance has in hand is planned anew when the task changes', async () => {
      const task = await on.addTask('a', { schedules: [every(1_000)] })
      const [schedule] = await on.tasks.schedules(task.seq)
      const planned = { taskSeq: task.seq, taskVersion: 1, scheduleId: schedule!.id, trigger: 'schedule' as const }
      const row = (id: string, inMs: number) => execution(id, { ...planned, dueAt: NOW + inMs, runAt: NOW + inMs })
      await on.enqueue([row('theirs', 2_000)])
      await claim('one')
      await on.enqueue([row('nobody’s', 1_000), row('nobody’s either', 3_000)])
      const change = { ...(await on.tasks.byId(task.id, EVERYTHING))!, version: 2 }
      const nothing = { answers: [], executions: [], keys: [] }
      const saving = { expectedVersion: 1, keepRevision: true, drop: 'future' } as const
      await of('two').tasks.save(change, { ...saving, schedules: [every(1_000)], now: NOW, ...nothing })
      expect(idsOf(await on.live())).toEqual(['theirs'])
      const [due] = await on.executions.dueSchedules(NOW + 2_000, 1)
      expect(due).toMatchObject({ nextDueAt: NOW + 1_000 })
    })

    test('of what another instance has in hand a changed task asks only for what is not due any more', async () => {
      const task = await on.addTask('a', { schedules: [every(1_000)] })
      const [schedule] = await on.tasks.schedules(task.seq)
      const planned = { taskSeq: task.seq, taskVersion: 1, scheduleId: schedule!.id, trigger: 'schedule' as const }
      const row = (id: string, inMs: number) => execution(id, { ...planned, dueAt: NOW + inMs, runAt: NOW + inMs })
      await on.enqueue([row('odd', 3_000), row('even', 4_000)])
      const odd = (await claim('one')).claimed.find((it) => it.id === 'odd')!
      const change = { ...(await on.tasks.byId(task.id, EVERYTHING))!, version: 2 }
      const nothing = { answers: [], executions: [], keys: [] }
      const saving = { expectedVersion: 1, keepRevision: true, drop: 'future' } as const
      await of('two').tasks.save(change, { ...saving, schedules: [every(2_000)], now: NOW, ...nothing })
      expect(await wishesOf('one')).toMatchObject([{ seq: odd.seq, ifUnstarted: true }])
      // What nobody has in hand is planned, though it comes before what another has; that one is not planned again.
      const [changed] = await on.tasks.schedules(task.seq)
      expect(changed!.nextDueAt).toBe(NOW + 2_000)
      expect(await on.tasks.answered(task.seq, NOW)).toEqual([
        { scheduleId: schedule!.id, from: NOW + 3_000, to: NOW + 3_000, plannedAt: NOW },
        { scheduleId: schedule!.id, from: NOW + 4_000, to: NOW + 4_000, plannedAt: NOW },
      ])
    })
  })
}

type Step = { do: 'claim' | 'end' | 'retry' | 'back' | 'renew' | 'rescue' | 'wait' | 'late'; by: number; n: number }

const step = record({
  do: constantFrom<Step['do']>(
    'claim',
    'claim',
    'end',
    'end',
    'retry',
    'back',
    'renew',
    'rescue',
    'rescue',
    'wait',
    'late',
  ),
  by: integer({ min: 0, max: INSTANCES.length - 1 }),
  n: integer({ min: 0, max: 20 }),
})

/**
 * Several instances that claim, end, die and take over in any order, against a model that knows only who holds what under
 * which claim: an execution is in one instance's hands, only its current holder's word counts, and slots add up.
 */
function clusterModel(adapter: SharedStoreAdapter, numRuns: number) {
  test(`${adapter.name}: whoever claims, dies and takes over in whatever order, only the current holder's word counts`, async () => {
    await assert(
      asyncProperty(array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
        const stores = await adapter.open()
        try {
          await playModel(stores, steps)
        } finally {
          await stores.close()
        }
      }),
      { numRuns },
    )
  }, 180_000)
}

async function playModel(stores: Awaited<ReturnType<SharedStoreAdapter['open']>>, steps: readonly Step[]) {
  await stores.executions.enqueue(modelRows(), { now: NOW, keys: [{ key: 'door', max: 2 }] })
  const held = new Map<number, Held>()
  const past: Claimed[] = []
  const leases = new Map<string, number>()
  let now = NOW
  let ended = 0

  // As engines do, they say who they are before they claim.
  for (const id of INSTANCES) {
    await renew(stores.of(id), id, now)
    leases.set(id, now + LEASE_MS)
  }
  for (const { do: what, by: index, n } of steps) {
    const by = INSTANCES[index]!
    const view = stores.of(by)
    const mine = [...held.values()].filter((it) => it.by === by)
    const one = mine[n % Math.max(mine.length, 1)]?.row
    const settle = async (row: Claimed, kind: 'finish' | 'retry' | 'give_back', isCurrent: boolean) => {
      const { seq, claimSeq } = row
      const again = { kind: 'retry', seq, claimSeq, runAt: now, rank: row.rank, attempts: '[]' } as const
      const words = { finish: { kind: 'finish', seq, claimSeq, ...endOf('success') }, retry: again } as const
      const word = kind === 'give_back' ? ({ kind, seq, claimSeq } as const) : words[kind]
      expect((await view.executions.settle([word], now)).fenced, `${kind} of ${row.id}`).toEqual(isCurrent ? [] : [seq])
      if (!isCurrent) return
      held.delete(seq)
      past.push(row)
      if (kind === 'finish') ended++
    }
    if (what === 'wait') now += 100 * n
    else if (what === 'renew') {
      await renew(view, by, now)
      leases.set(by, now + LEASE_MS)
    } else if (what === 'claim') {
      const { claimed } = await view.executions.claim({ instanceId: by, now, until: now + 1, most: 1 + (n % 4) })
      for (const row of claimed) {
        expect(held.has(row.seq), `${row.id} is handed out twice`).toBe(false)
        for (const earlier of past) if (earlier.seq === row.seq) expect(row.claimSeq).toBeGreaterThan(earlier.claimSeq)
        held.set(row.seq, { row, by })
      }
    } else if (what === 'late' && past.length > 0) await settle(past[n % past.length]!, 'finish', false)
    else if (what === 'rescue') {
      const found = await view.executions.orphans({ now, most: 100, asker: by, after: 0 })
      const theirs = [...held.values()].filter((it) => it.by !== by && (leases.get(it.by) ?? 0) < now)
      expect(found.map((it) => it.seq)).toEqual(seqsOf(theirs))
      const orphan = found[n % Math.max(found.length, 1)]
      if (orphan !== undefined) await settle(orphan, n % 2 === 0 ? 'give_back' : 'retry', true)
    } else if (one !== undefined && what !== 'late') {
      await settle(one, what === 'end' ? 'finish' : what === 'retry' ? 'retry' : 'give_back', true)
    }
    const claims = await view.executions.claimsOf(by)
    expect(claims.map((it) => it.seq).sort((a, b) => a - b)).toEqual(
      seqsOf([...held.values()].filter((it) => it.by === by)),
    )
  }
  const [door] = await stores.select('SELECT held FROM concurrency_keys')
  expect(Number(door!.held)).toBe([...held.values()].filter(({ row }) => holdsDoor(row)).length)
  const [count] = await stores.select('SELECT count(*) AS n FROM execution_history')
  expect(Number(count!.n)).toBe(ended)
}

interface Held {
  row: Claimed
  by: string
}

/** Six that limits hold back, by a key and by a task in turn, and two that nothing does. */
function modelRows(): NewExecution[] {
  return Array.from({ length: 8 }, (_, n) => {
    const limits: Partial<NewExecution> =
      n % 2 === 0 ? { keys: '["door"]' } : { taskSeq: 1, overlap: 'queue', taskMax: 2 }
    return execution(`job ${n}`, { rank: NOW + n, ...(n < 6 ? limits : {}) })
  })
}

function holdsDoor({ id }: Claimed): boolean {
  return Number(id.slice(4)) % 2 === 0 && id < 'job 6'
}

function seqsOf(held: readonly Held[]): number[] {
  return held.map(({ row }) => row.seq).sort((a, b) => a - b)
}
