import { compactTask, readTask } from '@rota/core'
import { expect, test } from 'vitest'
import type { Claimed } from './ports/executions.ts'
import type { TaskRow, TaskStore } from './ports/tasks.ts'
import { createWorkbook } from './work.ts'

const definition = compactTask(
  readTask(
    { name: 'nightly', type: 'shell', command: 'true', env: { PATH: '/opt/bin', MODE: 'safe' } },
    { defaultTimezone: 'UTC' },
  ),
)
const row = { seq: 1, id: 't', name: 'nightly', version: 1, definition } as TaskRow
const workbook = createWorkbook({ bySeqs: async () => [row] } as unknown as TaskStore)

async function workOf(env: Record<string, string>) {
  const claimed = { taskSeq: 1, taskVersion: 1, job: JSON.stringify({ env }) } as Claimed
  const [work] = await workbook.find([claimed])
  return work!
}

test('a stored run that sets a variable of a loader does not start, whoever let it in', async () => {
  expect(await workOf({ LD_PRELOAD: '/tmp/x.so' })).toMatchObject({
    message: expect.stringContaining('env.LD_PRELOAD'),
  })
  expect(await workOf({ PATH: '/tmp' })).toBeInstanceOf(Error)
  expect(await workOf({ PATH: '/opt/bin', MODE: 'fast' })).toMatchObject({ env: { PATH: '/opt/bin', MODE: 'fast' } })
})
