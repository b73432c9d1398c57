import { expect, test } from 'vitest'
import type { FailureRecord } from '../ports/overviews.ts'
import { failureGroups } from './failure-groups.ts'

const failed = (at: number, error: string): FailureRecord => {
  const task = { taskId: null, taskName: null }
  return { ...task, id: `e${at}`, failure: 'error', error, exitCode: null, finishedAt: at, outputEnd: null }
}

const RECORDS = [
  ...Array.from({ length: 250 }, (_, at) => failed(1_000 - at, 'no route to host')),
  failed(1, 'disk full'),
]

test('a group has the ids of its latest hundred, alone those of all', async () => {
  const [first, second] = await failureGroups(RECORDS)
  expect([first!.count, first!.execution_ids.length, second!.count]).toEqual([250, 100, 1])
  const alone = await failureGroups(RECORDS, first!.fingerprint)
  expect(alone).toHaveLength(1)
  expect(alone[0]!.execution_ids).toHaveLength(250)
  expect(alone[0]!.execution_ids.slice(0, 100)).toEqual(first!.execution_ids)
})
