import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkpointOnce } from './checkpoint-once.ts'
import { type Checkpointer, type CheckpointerOptions, startCheckpointer } from './checkpointer.ts'

const MIB = 1024 ** 2

let folder: string
let file: string
let writer: DatabaseSync
let checkpointer: Checkpointer | null

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-wal-'))
  file = join(folder, 'state.db')
  writer = new DatabaseSync(file)
  writer.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000;
    PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)`)
  checkpointer = null
})

afterEach(async () => {
  await checkpointer?.stop()
  writer.close()
  rmSync(folder, { recursive: true })
})

const start = (options: Partial<CheckpointerOptions> = {}) => {
  checkpointer = startCheckpointer({ file, writer, clock: new ManualClock(), ...options })
  return checkpointer
}

function write(bytes: number) {
  const insert = writer.prepare('INSERT INTO t (body) VALUES (?)')
  for (let written = 0; written < bytes; written += 50_000) insert.run('x'.repeat(50_000))
}

const walBytes = () => statSync(`${file}-wal`).size
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the checkpointer', () => {
  test('copies the log into the database, which then begins again from its start', async () => {
    write(2 * MIB)
    expect(await start().checkpoint()).toEqual({ complete: true, walBytes: walBytes() - 32, pendingBytes: 0 })
    const before = walBytes()
    write(MIB)
    expect(walBytes()).toBe(before)
  })

  test('works by the clock, one checkpoint after the other', async () => {
    const clock = new ManualClock()
    start({ clock, everyMs: 500 })
    write(MIB)
    await clock.advance(500)
    while (clock.pendingTimers === 0) await turn()
    const before = walBytes()
    write(MIB / 2)
    expect(walBytes()).toBe(before)
    await checkpointer!.stop()
    expect(clock.pendingTimers).toBe(0)
    checkpointer = null
  })

  test('leaves a small log alone for five minutes, and no longer', async () => {
    const clock = new ManualClock()
    start({ clock, everyMs: 500 })
    write(MIB / 4)
    const pending = () => checkpointOnce(writer, 'NOOP').pendingBytes
    const little = pending()
    for (let at = 0; at < 299_500; at += 500) await clock.advance(500)
    expect(pending()).toBe(little)
    await clock.advance(500)
    while (clock.pendingTimers === 0) await turn()
    expect(pending()).toBe(0)
  })

  test('cuts the file of a log that has become large', async () => {
    write(3 * MIB)
    const cut = await start({ restartBytes: MIB, truncateBytes: 2 * MIB }).checkpoint()
    expect(cut).toEqual({ complete: true, walBytes: 0, pendingBytes: 0 })
    expect(walBytes()).toBe(0)
  })

  test('keeps the log bounded while commits come in between each of its steps', async () => {
    const { checkpoint } = start({ restartBytes: MIB, truncateBytes: 64 * MIB })
    const bodies = writer.prepare('SELECT coalesce(sum(length(body)), 0) AS total FROM t')
    const total = () => (bodies.get() as { total: number }).total
    let largest = 0
    // At most 2 MB come in each round.
    while (total() < 16 * MIB) {
      let done = false
      const pending = checkpoint().finally(() => {
        done = true
      })
      for (let written = 0; !done; await turn()) {
        if (written++ < 20) write(100_000)
        largest = Math.max(largest, walBytes())
      }
      await pending
    }
    expect(largest).toBeLessThan(8 * MIB)
  })

  test('neither waits for a reader that stays in the log nor holds up the writer for it', async () => {
    const reader = new DatabaseSync(file)
    reader.exec('BEGIN; SELECT count(*) FROM t')
    reader.prepare('SELECT count(*) FROM t').get()
    write(2 * MIB)
    expect((await start({ restartBytes: MIB }).checkpoint()).complete).toBe(false)
    write(MIB)
    reader.exec('COMMIT')
    reader.close()
    expect((await checkpointer!.checkpoint()).complete).toBe(true)
  })

  test('warns once when it fails, and goes on trying', async () => {
    const clock = new ManualClock()
    const warnings: string[] = []
    write(MIB)
    start({ file: join(folder, 'nowhere', 'state.db'), clock, onWarning: (message) => warnings.push(message) })
    for (let i = 0; i < 3; i++) {
      await clock.advance(500)
      while (clock.pendingTimers === 0) await turn()
    }
    expect(warnings).toEqual([expect.stringContaining('cannot be checkpointed')])
  })
})
