import { createIds } from '@rota/core'
import type { EngineEvent } from '../api/events.ts'
import { createHand } from '../duties/hand.ts'
import { announcedCancellations, announcedExecutions, announcedTasks, createHerald } from '../duties/herald.ts'
import { createPulse } from '../duties/pulse.ts'
import { createSignals } from '../duties/signals.ts'
import { createGauge } from '../lateness-gauge.ts'
import { createWorkbook } from '../work.ts'
import type { EngineSettings } from './options.ts'

/** What all rooms of an engine stand on: who it is, what it has in hand, its store, and how one hears of things. */
export function createGround(settings: EngineSettings) {
  const { store, clock } = settings
  const nextId = createIds(() => clock.now(), settings.randomBytes)
  const listeners = new Set<(event: EngineEvent) => void>()
  const lateness = createGauge()
  const pulse = createPulse(clock, (event) => {
    if (event.type === 'execution_started') lateness.add(event.latenessMs)
    for (const listener of listeners) listener(event)
  })
  const signals = createSignals()
  const workbook = createWorkbook(store.tasks, settings.defaults)
  const herald = createHerald({ workbook, pulse, tails: store.tails, signals })
  return {
    clock,
    nextId,
    instanceId: nextId(),
    startedAt: clock.now(),
    listeners,
    lateness,
    pulse,
    signals,
    workbook,
    hand: createHand(),
    executions: announcedExecutions(store.executions, herald),
    tasks: announcedTasks(store.tasks, herald),
    cancellations: store.cancellations && announcedCancellations(store.cancellations, herald),
  }
}

export type Ground = ReturnType<typeof createGround>
