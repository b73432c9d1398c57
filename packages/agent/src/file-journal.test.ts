import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOutcome } from '@rota/core'
import { expect, test } from 'vitest'
import { FileJournal } from './file-journal.ts'
import { temporaryFolder } from './testing/settings.ts'

const SUCCESS: RunOutcome = {
  ...{ status: 'success', failure: null, exitCode: 0, signal: null, error: null, result: null },
  ...{ outputTail: '', cpuSeconds: null, maxRssBytes: null, droppedLogBytes: 0 },
}
const lease = (executionId: string, fence = 1) => ({ executionId, fence, lease: `{n1}:${executionId}` })
const opened = (path: string) =>
  new FileJournal(path, (error) => {
    throw error
  })

test('what was in hand is there for the next process, with its end if it had one', () => {
  const path = join(temporaryFolder(), 'attempts.jsonl')
  const journal = opened(path)
  journal.accepted(lease('ran'), 'i1')
  journal.accepted(lease('ended'), 'i2')
  journal.ended(lease('ended'), SUCCESS)
  journal.accepted(lease('gone'), 'i1')
  journal.forgotten(lease('gone'))
  expect(opened(path).restored).toEqual([
    { ...lease('ran'), owner: 'i1', outcome: null, restarts: 1 },
    { ...lease('ended'), owner: 'i2', outcome: SUCCESS, restarts: 1 },
  ])
  expect(opened(path).restored.map(({ restarts }) => restarts)).toEqual([2, 2])
})

test('half a line of a killed process counts for nothing', () => {
  const path = join(temporaryFolder(), 'attempts.jsonl')
  opened(path).accepted(lease('a'), 'i1')
  appendFileSync(path, '{"forgotten":{"executionId":"a","fe')
  expect(opened(path).restored).toHaveLength(1)
})

test('it does not grow with what has passed', () => {
  const path = join(temporaryFolder(), 'attempts.jsonl')
  const journal = opened(path)
  for (let i = 0; i < 30_000; i++) {
    journal.accepted(lease(`e${i}`), 'i1')
    journal.ended(lease(`e${i}`), SUCCESS)
    journal.forgotten(lease(`e${i}`))
  }
  expect(statSync(path).size).toBeLessThan(5 * 1_048_576)
  expect(opened(path).restored).toEqual([])
})
