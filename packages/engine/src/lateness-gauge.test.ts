import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGauge } from './lateness-gauge.ts'

test('a turn of the loop that is held shows as long as it was, and no waiting does', async () => {
  const gauge = createGauge()
  gauge.start()
  await setImmediate()
  const until = performance.now() + 40
  while (performance.now() < until);
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  expect(gauge.loopDelay()!.max).toBeGreaterThanOrEqual(35)
  gauge.stop()
  expect(gauge.loopDelay()).toBeNull()
})
