import type { NodeState } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import type { KnownNode, Registry } from '../ports/registry.ts'
import type { NodeDelta, NodeLoad } from '../ports/reservations.ts'
import { createRoster } from './roster.ts'

const KNOWN = {
  ...{ id: 'n1', epoch: 1, capacity: 2, tenantId: null, labels: {}, capabilities: {}, types: [], handlers: [] },
  ...{ weight: 1, inPools: [], stateReason: '' },
} as unknown as KnownNode

function view() {
  const clock = new ManualClock()
  const usage = { cpu: 0, memory: 0, disk: 0, gpu: null }
  const room = { node: 'n1', epoch: 1, state: 'ready' as NodeState, capacity: 2, reserved: 0 }
  const load: NodeLoad = { ...room, stateReason: '', running: 0, usage, beatAt: 1, version: 1 }
  let hear: (delta: NodeDelta) => void = () => {}
  let whileAsked = () => {}
  const registry = {
    nodes: new Map([['n1', KNOWN]]),
    onChange: () => {},
    isQuarantined: () => false,
    warmth: () => 1,
  } as unknown as Registry
  const reservations = {
    async loads() {
      const answer = { ...load }
      whileAsked()
      return [answer]
    },
    onDelta(listener: typeof hear) {
      hear = listener
      return () => {}
    },
  }
  const roster = createRoster({ clock, registry, reservations, refreshMs: 1_000 })
  roster.start()
  const tell = (version: number, running: number) => hear({ ...room, version, running })
  const during = (act: () => void) => {
    whileAsked = act
  }
  return { clock, load, tell, during, running: () => roster.get('n1')?.running }
}

test('what was read before something newer was heard changes nothing', async () => {
  const { clock, load, tell, during, running } = view()
  await clock.advance(0)
  Object.assign(load, { version: 2, running: 0 })
  during(() => tell(3, 2))
  await clock.advance(1_000)
  expect(running()).toBe(2)
})

test('a hot state that has gone back to an earlier moment is believed', async () => {
  const { clock, load, tell, running } = view()
  await clock.advance(0)
  tell(40, 2)
  expect(running()).toBe(2)
  Object.assign(load, { version: 7, running: 0 })
  await clock.advance(1_000)
  expect(running()).toBe(0)
  tell(8, 1)
  expect(running()).toBe(1)
})
