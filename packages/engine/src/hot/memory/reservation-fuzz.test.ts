import { ManualClock } from '@rota/testkit'
import { amount } from '@rota/testkit/amount'
import { fuzzReservations } from '@rota/testkit/contracts'
import { expect, test } from 'vitest'
import { createMemoryReservations } from './reservations.ts'

const OPERATIONS = amount({ short: 8_000, long: 80_000 })
/** Without these a run would show little. */
const MET = [
  ...['reserve: full', 'commit: EXPIRED', 'commit: dup', 'commit: epoch', 'release: dup', 'release: fenced'],
  ...['beat: lost', 'register: kept'],
]

test('in memory, the accounting holds under races of expiry, repetition and wrong fences', async () => {
  // Nothing here waits for I/O.
  const clock = new ManualClock({ settle: () => Promise.resolve() })
  const rooms = createMemoryReservations(clock)
  let advancing = Promise.resolve()
  const passTime = (ms: number) => (advancing = advancing.then(() => clock.advance(ms)))
  const { findings, answers } = await fuzzReservations({
    connections: Array.from({ length: 8 }, () => rooms),
    seed: 13,
    operations: OPERATIONS,
    async inspect(node) {
      const drift = await rooms.verify(node)
      const { capacity, running, reserved } = (await rooms.loads([node]))[0]!
      // What `verify` had to mend is the difference.
      return { capacity, running, reserved, sumRunning: running + drift, sumReserved: reserved }
    },
    now: () => clock.monotonic(),
    pause: (random) => (random.chance(0.3) ? passTime(1) : Promise.resolve()),
    passTime,
  })
  expect(findings).toEqual({
    ...{ overCapacity: 0, negative: 0, drift: 0, leftOver: 0 },
    ...{ fenceChanged: 0, fenceIgnored: 0, revived: 0 },
  })
  for (const met of MET) expect(answers[met], met).toBeGreaterThan(0)
})
