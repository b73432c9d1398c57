import { ManualClock } from '@rota/testkit'
import { type FleetAdapter, fleetRules } from '@rota/testkit/contracts'
import { createMemoryHub } from '../hot/memory/open.ts'
import type { HotParts } from '../ports/hot.ts'

const memory: FleetAdapter = {
  name: 'memory',
  async open() {
    const clock = new ManualClock()
    let hub = createMemoryHub(clock)
    return {
      clock,
      join: async () => following(() => hub, hub.join()),
      async forget() {
        hub = createMemoryHub(clock)
      },
      passTime: () => clock.advance(10),
      async close() {},
    }
  },
}

/** What knows of nodes is that of the present hub. */
function following(hubNow: () => ReturnType<typeof createMemoryHub>, first: HotParts): HotParts {
  const parts = new Map<object, HotParts>()
  const now = () => {
    const hub = hubNow()
    const known = parts.get(hub) ?? hub.join()
    parts.set(hub, known)
    return known
  }
  const live = <Name extends 'reservations' | 'nodeIndex' | 'publications' | 'leaderTerms'>(
    name: Name,
  ): HotParts[Name] =>
    new Proxy(first[name] as object, { get: (_, key) => Reflect.get(now()[name], key) }) as HotParts[Name]
  return {
    ...first,
    reservations: live('reservations'),
    nodeIndex: live('nodeIndex'),
    publications: live('publications'),
    leaderTerms: live('leaderTerms'),
  }
}

fleetRules(memory)
