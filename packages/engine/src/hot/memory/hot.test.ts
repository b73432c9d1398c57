import { ManualClock } from '@rota/testkit'
import { type HotAdapter, hotMessageRules, hotStateRules, reservationRules } from '@rota/testkit/contracts'
import { createMemoryHub } from './open.ts'

const memory: HotAdapter = {
  name: 'memory',
  async open() {
    const clock = new ManualClock()
    const hub = createMemoryHub(clock)
    return { join: async () => hub.join(), passTime: () => clock.advance(10), async close() {} }
  },
}

hotMessageRules(memory)
hotStateRules(memory)
reservationRules(memory)
