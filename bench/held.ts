/** Memory and start of an embedded server that holds 100,000 and 1,000,000 schedules. */
import { parseArgs } from 'node:util'
import { SYSTEM } from '@rota/core'
import type { BenchOptions } from './bench.ts'
import { addTasks, databaseBytes, engineOn, openStore, rounded, scratchFolder } from './embedded.ts'
import { inChild } from './in-child.ts'

interface Held {
  openMs: number
  startMs: number
  /** From the start of the process's work until the engine waits for the next instant. */
  readyMs: number
  rssBytes: number
  heapBytes: number
}

const GC = { execArgv: ['--expose-gc'] }
const FILE = import.meta.filename

/** `--n N[,N…]` schedules, each yearly, so that nothing but holding them is measured. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { n: { type: 'string' } } })
  const sizes = (values.n ?? '100000,1000000').split(',').map(Number)
  const result: Record<string, unknown> = { guarantee: 'file store: durable, fsync; memory store: none' }
  for (const count of sizes) {
    const file = await heldInFile(count)
    const memory = await heldInMemory(count)
    log(`${count} schedules in a folder: ${file.bytesPerSchedule} B each in the process, ready in ${file.readyMs} ms`)
    log(`${count} schedules in memory: ${memory.bytesPerSchedule} B each, ${memory.heapBytesPerSchedule} B of it heap`)
    result[`folder${count}`] = file
    result[`memory${count}`] = memory
  }
  return result
}

async function heldInFile(count: number) {
  const empty = scratchFolder()
  const full = scratchFolder()
  try {
    await inChild(FILE, 'fill', [empty.folder, 0])
    await inChild(FILE, 'fill', [full.folder, count])
    const before = await inChild<Held>(FILE, 'openAndHold', [empty.folder], GC)
    const after = await inChild<Held>(FILE, 'openAndHold', [full.folder], GC)
    return {
      bytesPerSchedule: rounded((after.rssBytes - before.rssBytes) / count, 1),
      heapBytesPerSchedule: rounded((after.heapBytes - before.heapBytes) / count, 1),
      diskBytesPerSchedule: rounded(databaseBytes(full.folder) / count, 1),
      rssBytes: after.rssBytes,
      idleRssBytes: before.rssBytes,
      openMs: after.openMs,
      startMs: after.startMs,
      readyMs: after.readyMs,
    }
  } finally {
    empty.remove()
    full.remove()
  }
}

async function heldInMemory(count: number) {
  const { before, after } = await inChild<{ before: Usage; after: Usage }>(FILE, 'fillMemory', [count], GC)
  return {
    bytesPerSchedule: rounded((after.rss - before.rss) / count, 1),
    heapBytesPerSchedule: rounded((after.heap - before.heap) / count, 1),
    rssBytes: after.rss,
  }
}

/** Many rules, as a real population has: each minute of the year's days is one. */
const SCHEDULES = Array.from({ length: 1440 }, (_, i) => `${i % 60} ${Math.floor(i / 60)} ${(i % 28) + 1} 1 *`)

export async function fill(folder: string, count: number): Promise<null> {
  const store = await openStore(folder)
  await addTasks(store, { count, schedules: SCHEDULES, after: Date.now() })
  await store.close()
  return null
}

export async function openAndHold(folder: string): Promise<Held> {
  const began = performance.now()
  const store = await openStore(folder)
  const opened = performance.now()
  const engine = engineOn(store, () => {})
  await engine.start()
  const started = performance.now()
  // The first job runs when all that a start brings has been dealt with.
  await firstJob(engine)
  const ready = performance.now()
  const { rss, heap } = usage()
  await engine.stop()
  await store.close()
  return {
    openMs: rounded(opened - began),
    startMs: rounded(started - opened),
    readyMs: rounded(ready - began),
    rssBytes: rss,
    heapBytes: heap,
  }
}

async function firstJob(engine: ReturnType<typeof engineOn>) {
  const finished = new Promise<void>((resolve) => {
    engine.on((event) => event.type === 'execution_finished' && resolve())
  })
  await engine.executions.submit(SYSTEM, { type: 'handler', payload: { handler: 'work' } })
  await finished
}

export async function fillMemory(count: number): Promise<{ before: Usage; after: Usage }> {
  await warmUp()
  const store = await openStore(null)
  const engine = engineOn(store, () => {})
  await engine.start()
  await firstJob(engine)
  const before = usage()
  await addTasks(store, { count, schedules: SCHEDULES, after: Date.now() })
  await firstJob(engine)
  const after = usage()
  await engine.stop()
  await store.close()
  return { before, after }
}

/** What filling itself takes shall be there before the first look. */
async function warmUp() {
  const store = await openStore(null)
  await addTasks(store, { count: 20_000, schedules: SCHEDULES, after: Date.now() })
  await store.close()
}

interface Usage {
  rss: number
  heap: number
}

function usage(): Usage {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap: heapUsed + external }
}
