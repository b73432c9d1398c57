import type { ExecutionDefaultSettings } from '@rota/core'
import { ANN, EngineRig } from '@rota/testkit/engine-rig'
import { expect, test } from 'vitest'

const SECOND = 1000

async function started(execution: ExecutionDefaultSettings) {
  const rig = new EngineRig({ execution })
  await rig.start()
  return rig
}

const EVERY_SECOND = { type: 'interval', every: 1, unit: 'seconds', aligned: true } as const

test('a task that says nothing takes the defaults of its type', async () => {
  const rig = await started({
    timeout_seconds: 3600,
    retry: { max_attempts: 2, delay_seconds: 1 },
    types: { scripted: { timeout_seconds: 5 } },
  })
  const { id } = await rig.addTask({ schedule: { type: 'none' } })
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  await rig.advance(SECOND)
  expect(rig.runs[0]!.request.timeoutMs).toBe(5000)
  rig.runs[0]!.end({ status: 'failed', failure: 'exit_code', exitCode: 1 })
  await rig.advance(3 * SECOND)
  expect(rig.runs).toHaveLength(2)
  rig.runs[1]!.end({ status: 'failed', failure: 'exit_code', exitCode: 1 })
  await rig.advance(3 * SECOND)
  expect(rig.runs).toHaveLength(2)
})

test('a task that asks for one attempt and a limit of its own takes no default', async () => {
  const rig = await started({ timeout_seconds: 3600, retry: { max_attempts: 2, delay_seconds: 1 } })
  const { id } = await rig.addTask({ schedule: { type: 'none' }, timeout_seconds: 9, retry: { max_attempts: 1 } })
  await rig.ask((engine) => engine.tasks.run(ANN, id))
  await rig.advance(SECOND)
  expect(rig.runs[0]!.request.timeoutMs).toBe(9000)
  rig.runs[0]!.end({ status: 'failed', failure: 'exit_code', exitCode: 1 })
  await rig.advance(3 * SECOND)
  expect(rig.runs).toHaveLength(1)
})

test('as many occurrences and runs by hand overlap as the default allows, or as the task says', async () => {
  for (const [max, most] of [
    [undefined, 3],
    [1, 1],
  ] as const) {
    const rig = await started({ max_concurrent: 3 })
    const concurrency = { overlap: 'skip', ...(max !== undefined && { max }) } as const
    const { id } = await rig.addTask({ schedule: EVERY_SECOND, concurrency })
    await rig.advance(8 * SECOND)
    expect(rig.runs).toHaveLength(most)
    const refused = rig.engine.tasks.run(ANN, id).catch((error: Error) => error)
    await rig.advance(SECOND)
    expect(await refused).toMatchObject({ code: 'conflict' })
  }
})
