import { appendFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createLogger } from '../logger.ts'
import { Checkpoints } from './checkpoints.ts'
import { AuditKeeper } from './keeper.ts'

const HOUR_MS = 3_600_000
const file = () => join(mkdtempSync(join(tmpdir(), 'rota-keeper-')), 'checkpoints.ndjson')
const checkpointsIn = (path: string) => new Checkpoints(path, new Uint8Array(32).fill(7))

function keeperOf(last: () => Promise<{ seq: number; hash: string; at: number }>, keepMs: number | null = null) {
  const clock = new ManualClock()
  const checkpoints = checkpointsIn(file())
  const pruned: number[] = []
  const audit = {
    last,
    async prune(before: number) {
      pruned.push(before)
      return 0
    },
  }
  const logger = createLogger('silent')
  return {
    clock,
    checkpoints,
    pruned,
    keeper: new AuditKeeper({ audit, checkpoints, clock, logger, everyMs: HOUR_MS, keepMs }),
  }
}

test('a checkpoint is written where there is anything new, hourly and at the end, and what is old is pruned up to one', async () => {
  let seq = 1
  const { clock, checkpoints, pruned, keeper } = keeperOf(async () => ({ seq, hash: `h${seq}`, at: 0 }), 2 * HOUR_MS)
  await keeper.start()
  for (let hour = 0; hour < 3; hour++) {
    seq += hour === 1 ? 0 : 1
    await clock.advance(HOUR_MS)
  }
  seq++
  await keeper.stop()
  expect(checkpoints.all().map((mark) => mark.seq)).toEqual([1, 2, 3, 4])
  expect(pruned.at(-1)).toBe(2)
})

test('a keeper that is stopped while it looks comes to an end', async () => {
  const answer = Promise.withResolvers<{ seq: number; hash: string; at: number }>()
  let asked = 0
  const { clock, keeper } = keeperOf(() => {
    asked++
    return answer.promise
  })
  const starting = keeper.start()
  const stopping = keeper.stop()
  answer.resolve({ seq: 1, hash: 'h', at: 0 })
  await Promise.all([starting, stopping])
  await clock.advance(5 * HOUR_MS)
  expect(asked).toBe(2)
})

test('what a crash has cut off does not take the next checkpoint with it', () => {
  const path = file()
  const checkpoints = checkpointsIn(path)
  checkpoints.add({ seq: 1, hash: 'a', at: 0 })
  appendFileSync(path, '{"seq":2,"ha')
  checkpoints.add({ seq: 3, hash: 'c', at: 0 })
  expect(checkpoints.all().map(({ seq }) => seq)).toEqual([1, 3])
})
