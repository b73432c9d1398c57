import { ANN, EngineRig, RIG_START } from '@rota/testkit/engine-rig'
import { describe, expect, test } from 'vitest'

const SECOND = 1000

const startsOf = (rig: EngineRig) => rig.runs.map((run) => run.startedAt - RIG_START)
const submitAt = (rig: EngineRig, offsetMs: number, more = {}) =>
  rig.ask((engine) =>
    engine.executions.submit(ANN, {
      type: 'scripted',
      payload: {},
      run_at: new Date(RIG_START + offsetMs).toISOString(),
      ...more,
    }),
  )

async function started() {
  const rig = new EngineRig()
  await rig.start()
  return rig
}

test('what was claimed by a call whose answer was lost goes back and is claimed again', async () => {
  const rig = await started()
  await submitAt(rig, 5 * SECOND)
  await submitAt(rig, 7 * SECOND)
  await rig.advance(4500)
  rig.losing.add('claim')
  await rig.advance(4 * SECOND)
  rig.losing.clear()
  await rig.advance(10 * SECOND)
  expect(rig.runs.map((run) => run.request.attempt)).toEqual([1, 1])
  for (const run of rig.runs) run.end()
  await rig.advance(SECOND)
  expect(rig.history()).toMatchObject([{ status: 'success' }, { status: 'success' }])
  expect(rig.live()).toEqual([])
})

describe('a job that comes while nothing waits', () => {
  test('is claimed by the transaction that adds it', async () => {
    const rig = await started()
    rig.failing.add('claim')
    await submitAt(rig, 0)
    expect(startsOf(rig)).toEqual([0])
    rig.runs[0]!.end()
    await rig.advance(0)
    expect(rig.history()).toMatchObject([{ status: 'success' }])
  })

  test('is not before those that wait', async () => {
    const rig = await started()
    const jobs = Array.from({ length: 501 }, (_, n) => ({ type: 'scripted', payload: {}, name: `job ${n}` }))
    rig.failing.add('claim')
    await rig.ask((engine) => engine.executions.submitMany(ANN, jobs))
    await submitAt(rig, 0, { name: 'last' })
    expect(rig.runs).toEqual([])
    rig.failing.clear()
    await rig.advance(10 * SECOND)
    expect(rig.runs.map((run) => run.request.taskName)).toEqual([...jobs.map(({ name }) => name), 'last'])
  })

  test('starts once when nobody knows whether it was added', async () => {
    const rig = await started()
    rig.losing.add('enqueue')
    await expect(submitAt(rig, 0)).rejects.toThrow('disk is full')
    rig.losing.clear()
    await rig.advance(10 * SECOND)
    expect(rig.runs).toHaveLength(1)
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([{ status: 'success' }])
  })

  test('goes back and runs when its answer is lost, also while a claim has its own', async () => {
    const rig = await started()
    rig.slow.set('enqueue', 2 * SECOND)
    rig.losing.add('enqueue')
    rig.slow.set('claim', 1500)
    const refused = expect(rig.engine.executions.submit(ANN, { type: 'scripted', payload: {} })).rejects.toThrow(
      'connection was lost',
    )
    await rig.advance(5 * SECOND)
    await refused
    rig.losing.clear()
    rig.slow.clear()
    await rig.advance(10 * SECOND)
    expect(rig.runs).toHaveLength(1)
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([{ status: 'success' }])
    expect(rig.live()).toEqual([])
  })

  test('is not given back with what a lost answer has left, while its own is on the way', async () => {
    const rig = await started()
    rig.slow.set('enqueue', 3 * SECOND)
    const submitted = rig.engine.executions.submit(ANN, { type: 'scripted', payload: {} })
    rig.losing.add('claim')
    await rig.advance(1500)
    rig.losing.clear()
    await rig.advance(10 * SECOND)
    await submitted
    expect(startsOf(rig)).toEqual([3 * SECOND])
    rig.runs[0]!.end()
    await rig.advance(SECOND)
    expect(rig.history()).toMatchObject([{ status: 'success' }])
    expect(rig.live()).toEqual([])
  })
})
