/** What the audit costs a task that is created or changed, of the processor's time. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine, Store, TaskRow } from '@rota/engine'
import { taskChanged, taskCreated } from '../packages/engine/src/use-cases/tasks/task-audit.ts'
import { type BenchOptions, percentiles } from './bench.ts'
import { ANYBODY, engineOn, HANDLER, openStore } from './embedded.ts'

/** Alternating rounds, so that a noisy neighbour falls on both sides alike. */
const ROUNDS = 10
const TASKS = 1_000
const AT_ONCE = 50
const ADA = { ...ANYBODY, name: 'ada', userId: '01900000-0000-7000-8000-000000000000', address: '127.0.0.1' }
const SCHEDULE = { type: 'daily', time: '02:00' } as const

const rounded = (value: number) => Math.round(value * 1000) / 1000

/** The store without entries: what a change costs by itself. */
function silent(store: Store): Store {
  const { insert, save } = store.tasks
  const tasks: Store['tasks'] = {
    ...store.tasks,
    insert: (added, idempotency) =>
      insert(
        added.map(({ audit: _, ...task }) => task),
        idempotency,
      ),
    save: (row, { audit: _, ...options }) => save(row, options),
  }
  return { ...store, tasks }
}

/** Microseconds of the processor for each of so many, some at a time. */
async function cost(count: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let n = 0; n < count; n += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => work(n + i)))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

interface Costs {
  create: number
  change: number
}

async function round(engine: Engine, no: number): Promise<Costs> {
  const ids: string[] = []
  const create = await cost(TASKS, async (n) => {
    const name = `task ${no} ${n}`
    ids.push((await engine.tasks.create(ADA, { name, type: 'handler', handler: HANDLER, schedule: SCHEDULE })).id)
  })
  const change = await cost(TASKS, (n) => engine.tasks.update(ADA, ids[n]!, { description: `changed ${n}` }, null))
  return { create, change }
}

/** What making an entry costs before it is written, in microseconds. */
function draftCost(row: TaskRow): Costs {
  const each = (work: () => unknown) => {
    const before = process.cpuUsage()
    for (let n = 0; n < 20_000; n++) work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 20_000
  }
  const after = { ...row, definition: row.definition.replace('{', '{"description":"changed",') }
  return {
    create: each(() => taskCreated(ADA, row)),
    change: each(() => taskChanged(ADA, { before: row, after, action: 'updated' })),
  }
}

const median = (values: number[]) => percentiles(Float64Array.from(values)).p50

/**
 * Creates and changes tasks through the engine, alternately on a store that writes entries and on one that does not; that of
 * making an entry is measured apart and belongs to the first alone. `…Ratio`: with the audit to without.
 */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const folder = () => mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), 'audit-'))
  const stores = [await openStore(folder()), await openStore(folder())] as const
  const engines = [engineOn(stores[0], () => {}), engineOn(silent(stores[1]), () => {})] as const
  await round(engines[0], -1)
  await round(engines[1], -1)
  const [told, untold]: [Costs[], Costs[]] = [[], []]
  for (let no = 0; no < ROUNDS; no++) {
    told.push(await round(engines[0], no))
    untold.push(await round(engines[1], no))
  }
  const [first] = (await engines[0].tasks.list(ADA, { limit: 1 })).rows
  const draft = draftCost((await stores[0].tasks.byId(first!.id, ADA.scope))!)
  const result: Record<string, number> = { tasks: TASKS * ROUNDS }
  for (const verb of ['create', 'change'] as const) {
    const [withIt, without] = [median(told.map((it) => it[verb])), median(untold.map((it) => it[verb])) - draft[verb]]
    result[`${verb}Us`] = rounded(withIt)
    result[`${verb}BareUs`] = rounded(without)
    result[`${verb}Ratio`] = rounded(withIt / without)
    log(`${verb}: ${withIt.toFixed(1)} µs with the audit, ${without.toFixed(1)} µs without`)
  }
  await Promise.all(stores.map((store) => store.close()))
  return result
}
