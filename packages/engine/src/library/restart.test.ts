import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SYSTEM } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { afterEach, expect, test } from 'vitest'
import { createScheduler } from './create-scheduler.ts'
import type { SchedulerFailure } from './events.ts'
import type { SchedulerOptions } from './options.ts'
import type { Scheduler } from './scheduler.ts'
import { nextEvent, turns } from './testing/watch.ts'

const MIDNIGHT = Date.UTC(2026, 0, 1)
const MINUTE = 60_000

const schedulers: Scheduler[] = []
const folders: string[] = []
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'rota-library-'))
  folders.push(folder)
  return folder
}

/** One life of a program after the other, on one folder and one clock. */
function setUp() {
  const clock = new ManualClock({ startAt: MIDNIGHT, settle: turns })
  const folder = newFolder()
  const failures: SchedulerFailure[] = []
  const runs: unknown[] = []
  async function live(define: (scheduler: Scheduler) => void, options: SchedulerOptions = {}) {
    const onError = (_error: unknown, failure: SchedulerFailure) => void failures.push(failure)
    const scheduler = createScheduler({ store: { folder }, clock, timezone: 'UTC', onError, ...options })
    schedulers.push(scheduler)
    define(scheduler)
    await scheduler.start()
    return scheduler
  }
  return { clock, folder, failures, runs, live, at: () => (clock.now() - MIDNIGHT) / MINUTE }
}

test('jobs in a folder survive a restart', async () => {
  const { clock, runs, live } = setUp()
  const define = (scheduler: Scheduler) => void scheduler.handle('note', ([what]) => void runs.push(what))
  const first = await live(define)
  await first.at(MIDNIGHT + 5 * MINUTE, 'note', [{ what: 'kept' }])
  await first.stop()
  await live(define)
  await clock.advance(5 * MINUTE)
  expect(runs).toEqual([{ what: 'kept' }])
})

test('a job that fell due while the program was down runs at once', async () => {
  const { clock, runs, live, at } = setUp()
  const define = (scheduler: Scheduler) => void scheduler.handle('note', ([what]) => void runs.push([what, at()]))
  const first = await live(define)
  await first.at(MIDNIGHT + 5 * MINUTE, 'note', ['overdue'])
  await first.stop()
  await clock.advance(10 * MINUTE)
  await live(define)
  await clock.advance(0)
  expect(runs).toEqual([['overdue', 10]])
})

test('a schedule defined again under its name is the same one, and keeps its rhythm', async () => {
  const { clock, runs, live, at } = setUp()
  const define = (scheduler: Scheduler) => void scheduler.every('2m', () => void runs.push(at()), { name: 'tick' })
  const first = await live(define)
  await clock.advance(2.5 * MINUTE)
  await first.stop()
  await clock.advance(MINUTE)
  const second = await live(define)
  await clock.advance(2.5 * MINUTE)
  expect(runs).toEqual([2, 4, 6])
  const { rows } = await second.tasks.list(SYSTEM, {})
  expect(rows.map(({ name, version }) => [name, version])).toEqual([['tick', 1]])
})

test('a schedule defined again with another rule is updated, not doubled', async () => {
  const { clock, runs, live, at } = setUp()
  const first = await live((scheduler) => void scheduler.every('2m', () => void runs.push(at()), { name: 'tick' }))
  await clock.advance(2 * MINUTE)
  await first.stop()
  const second = await live(
    (scheduler) => void scheduler.cron('*/5 * * * *', () => void runs.push(at()), { name: 'tick', priority: 3 }),
  )
  await clock.advance(8 * MINUTE)
  expect(runs).toEqual([2, 5, 10])
  const { rows } = await second.tasks.list(SYSTEM, {})
  expect(rows.map(({ name, version, priority }) => [name, version, priority])).toEqual([['tick', 2, 3]])
})

test('occurrences missed while the program was down are made up for by one run', async () => {
  const { clock, runs, live, at } = setUp()
  const define = (scheduler: Scheduler) =>
    void scheduler.cron('*/5 * * * *', () => void runs.push(at()), { name: 'often' })
  const first = await live(define)
  await first.stop()
  await clock.advance(17 * MINUTE)
  await live(define)
  await clock.advance(3 * MINUTE)
  expect(runs).toEqual([17, 20])
})

test('a paused schedule stays paused over a restart', async () => {
  const { clock, runs, live } = setUp()
  const define = (scheduler: Scheduler) => void scheduler.every('2m', () => void runs.push('tick'), { name: 'tick' })
  const first = await live(define)
  await first.named('tick').pause()
  await first.stop()
  await live(define)
  await clock.advance(5 * MINUTE)
  expect(runs).toEqual([])
})

test('a stored schedule that the program no longer defines is reported at each occurrence, and can be removed', async () => {
  const { clock, failures, live } = setUp()
  const first = await live((scheduler) => void scheduler.every('2m', () => {}, { name: 'gone' }))
  await first.stop()
  const second = await live(() => {})
  await clock.advance(2 * MINUTE)
  expect(failures).toMatchObject([{ type: 'unknown_handler', name: 'schedule gone' }])
  await second.named('gone').remove()
  await clock.advance(5 * MINUTE)
  expect(failures).toHaveLength(1)
})

test('a stored job whose handler is gone is reported and ends as failed; everything else goes on', async () => {
  const { clock, runs, failures, live } = setUp()
  const first = await live((scheduler) => {
    scheduler.handle('old', () => {})
    scheduler.handle('note', ([what]) => void runs.push(what))
  })
  const { id } = await first.at(MIDNIGHT + 5 * MINUTE, 'old')
  await first.at(MIDNIGHT + 5 * MINUTE, 'note', ['fine'])
  await first.stop()
  const second = await live((scheduler) => void scheduler.handle('note', ([what]) => void runs.push(what)))
  const written = nextEvent(
    second,
    'batch',
    (event) => event.leg === 'complete' && clock.now() >= MIDNIGHT + 5 * MINUTE,
  )
  await clock.advance(5 * MINUTE)
  await written
  expect(failures).toMatchObject([{ type: 'unknown_handler', name: 'handler old', executionId: id }])
  expect(await second.executions.get(SYSTEM, id)).toMatchObject({ status: 'failed', failure: 'unknown_handler' })
  expect(runs).toEqual(['fine'])
})

test('a stored job whose source is gone is reported, not fatal', async () => {
  const { clock, runs, failures, live } = setUp()
  let handedOut = false
  const first = await live((scheduler) =>
    scheduler.source({
      name: 'letters',
      produce: () => {
        if (handedOut) return null
        handedOut = true
        return { data: 'a', runAt: MIDNIGHT + 5 * MINUTE }
      },
      consume: () => {},
    }),
  )
  await clock.advance(0)
  await first.stop()
  await live((scheduler) => void scheduler.every('5m', () => void runs.push('fine'), { name: 'other' }))
  await clock.advance(5 * MINUTE)
  expect(failures).toMatchObject([{ type: 'unknown_handler', name: 'source letters' }])
  expect(runs).toEqual(['fine'])
})

test('a producer is not asked after a restart while a job of its source waits in the store', async () => {
  const { clock, runs, live } = setUp()
  let asked = 0
  const define = (scheduler: Scheduler) =>
    void scheduler.source({
      name: 'letters',
      produce: () => (asked++ === 0 ? { data: 'a', runAt: MIDNIGHT + 5 * MINUTE } : null),
      consume: (data) => void runs.push(data),
    })
  const first = await live(define)
  await clock.advance(0)
  await first.stop()
  await live(define)
  await clock.advance(5 * MINUTE - 1)
  expect(asked).toBe(1)
  await clock.advance(1)
  expect({ asked, runs }).toEqual({ asked: 2, runs: ['a'] })
})

test('a schedule in a folder needs a name to be found again by', () => {
  const scheduler = createScheduler({ store: { folder: newFolder() } })
  expect(() => scheduler.every('1m', () => {})).toThrow('Name the schedule')
  scheduler.handle('report', () => {})
  scheduler.daily('02:00', 'report')
  expect(() => scheduler.daily('03:00', 'report')).toThrow('Give this one another name')
})

test('a folder belongs to one scheduler at a time', async () => {
  const { folder, live } = setUp()
  await live(() => {})
  const second = createScheduler({ store: { folder } })
  await expect(second.start()).rejects.toThrow(/in use/)
  await second.stop()
})

test('kill -9 loses no job, and repeats only what ran at that instant', async () => {
  const folder = newFolder()
  const life = () => startProgram(folder)

  const first = life()
  await first.until((lines) => lines.includes('ready') && lines.includes('consumed 50'))
  await first.kill()
  const before = first.lines()
  const second = life()
  const jobs = Array.from({ length: 20 }, (_, i) => `job ${i}`)
  await second.until((lines) => [...jobs, 'consumed 199'].every((line) => lines.includes(line)))
  await second.until((lines) => lines.slice(before.length).includes('tick'))
  await second.kill()

  const lines = second.lines()
  const timesRun = (line: string) => lines.filter((other) => other === line).length
  expect(timesRun('overdue')).toBe(1)
  expect(timesRun('too early')).toBe(0)
  const repeated = [...jobs, ...Array.from({ length: 200 }, (_, i) => `consumed ${i}`)].filter(
    (line) => timesRun(line) > 1,
  )
  expect(repeated.length).toBeLessThanOrEqual(2)
  for (const line of repeated) expect(before.slice(-10)).toContain(line)
}, 60_000)

/** One life of `testing/restarting-program.ts`, and what all of its lives wrote so far. */
function startProgram(folder: string) {
  const witness = join(folder, 'witness.txt')
  const file = fileURLToPath(new URL('./testing/restarting-program.ts', import.meta.url))
  const child = spawn(process.execPath, [file, join(folder, 'data'), witness], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = () => (existsSync(witness) ? readFileSync(witness, 'utf8').split('\n').filter(Boolean) : [])
  return {
    lines,
    /** Resolves when the lines pass a test; rejects when the program ends before. */
    async until(test: (lines: string[]) => boolean) {
      const watcher = watch(folder)
      const ended = exited.then(([code]) => Promise.reject(new Error(`The program ended with ${code}.`)))
      try {
        while (!test(lines())) await Promise.race([once(watcher, 'change'), ended])
      } finally {
        ended.catch(() => undefined)
        watcher.close()
      }
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
