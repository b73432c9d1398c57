import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { ProgramProbe } from './program-probe.ts'

function setUp() {
  const clock = new ManualClock()
  const world = { trouble: null as string | null, looks: 0, changes: [] as (string | null)[] }
  const probe = new ProgramProbe({
    clock,
    probe: async () => {
      world.looks++
      return world.trouble
    },
    onChange: (trouble) => world.changes.push(trouble),
  })
  return { clock, world, probe }
}

test('a program that could not start is followed by a look, and recovery is seen without being asked', async () => {
  const { clock, world, probe } = setUp()
  await probe.start()
  expect(probe.trouble).toBeNull()
  world.trouble = 'the folder is gone'
  probe.onStartFailed()
  await clock.advance(1_000)
  expect(probe.trouble).toBe('the folder is gone')
  world.trouble = null
  await clock.advance(6_000)
  expect(probe.trouble).toBeNull()
  expect(world.changes).toEqual(['the folder is gone', null])
})

test('many failures cost one look, and after a stop there is none', async () => {
  const { clock, world, probe } = setUp()
  await probe.start()
  for (let count = 0; count < 100; count++) probe.onStartFailed()
  await clock.advance(1_000)
  expect(world.looks).toBe(2)
  probe.stop()
  probe.onStartFailed()
  await clock.advance(100_000)
  expect(world.looks).toBe(2)
  expect(clock.pendingTimers).toBe(0)
})
