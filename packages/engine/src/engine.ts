import { say } from '@rota/core'
import type { Engine } from './api/engine.ts'
import type { EngineStatus } from './api/instances.ts'
import { createFleet, type Fleet } from './assembly/fleet.ts'
import { createGround, type Ground } from './assembly/ground.ts'
import { createInstance, type Instance } from './assembly/instance.ts'
import { createLine, type Line } from './assembly/line.ts'
import { compileOptions, type EngineOptions, type EngineSettings } from './assembly/options.ts'
import { createPeople, type People } from './assembly/people.ts'
import { createFollowing, createUpkeep } from './assembly/upkeep.ts'
import { createLife, together } from './duties/life.ts'
import { createAudit } from './use-cases/audit.ts'
import { startTasksAtStart } from './use-cases/start-tasks.ts'

export type { EngineOptions } from './assembly/options.ts'

/** How long running work may take when nobody says anything. */
const USUAL_GRACE_MS = 10_000

/** Puts the rooms of an engine together. Nothing happens before `start()`, but use-cases work at once. */
export function createEngine(options: EngineOptions): Engine {
  const settings = compileOptions(options)
  let state: EngineStatus['state'] = 'stopped'
  const currentState = () => (state === 'running' && ground.pulse.trouble !== null ? 'degraded' : state)
  const ground = createGround(settings)
  const instance = createInstance(settings, ground, currentState)
  const fleet = createFleet(settings, ground)
  const line = createLine(settings, ground, { ...instance, registry: fleet.registry })
  const people = createPeople(settings, ground, instance, line)
  const following = createFollowing(settings, ground)
  const { lateness, listeners } = ground
  const { hearing, cancelling, takenOver, endings, duties, away } = line.parts
  const life = createLife([
    { start: lateness.start, stop: async () => lateness.stop() },
    instance.lease,
    instance.words,
    hearing,
    cancelling,
    ...(settings.hasNodes ? [away] : []),
    takenOver,
    following,
    endings,
    ...(settings.hasNodes ? [fleet.duties] : []),
    together([duties, ...createUpkeep(settings, ground, instance)]),
  ])
  let stopping: Promise<void> | null = null

  async function stop(graceMs: number) {
    state = 'draining'
    instance.keeper.wake()
    await life.stop({ graceMs })
    state = 'stopped'
  }

  return {
    ...operations(settings, ground, { instance, line, people }),
    nodes: { ...fleet.nodes, connect: line.connect },
    status: () => statusOf(settings, ground, { instance, line, state: currentState() }),
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    follow: following.follow,
    unfollow: following.unfollow,
    async start() {
      if (stopping !== null) {
        throw new Error(say`An engine that was stopped cannot be started again. Create a new one.`)
      }
      if (state !== 'stopped') return
      state = 'starting'
      try {
        await prepare(settings, ground, { instance, line, people, fleet })
      } catch (error) {
        state = 'stopped'
        throw error
      }
      if (stopping !== null) return
      life.start()
      state = 'running'
    },
    async stop({ graceMs = USUAL_GRACE_MS } = {}) {
      if (state === 'stopped') return
      // Who asks again may want less grace.
      if (stopping === null) stopping = stop(graceMs)
      else void life.stop({ graceMs })
      await stopping
    },
  }
}

interface Rooms {
  instance: Instance
  line: Line
  people: People
  fleet: Fleet
}

/** What can be asked of an engine, running or not. */
function operations(settings: EngineSettings, { hand }: Ground, { instance, line, people }: Omit<Rooms, 'fleet'>) {
  const { tasks, executions, schedules, context } = people
  const { stats, overviews, ledger, gauges } = context.queries
  return {
    tasks,
    executions,
    schedules,
    stats,
    overviews,
    audit: createAudit(settings.store.audit),
    ledger: (caller, filter) => ledger(filter, caller.scope),
    gauges,
    backup: (folder, progress) => settings.store.backup(folder, progress),
    instances: () => instance.known(hand.unstartedCount + line.completer.backlog),
  } satisfies Partial<Engine>
}

function statusOf(
  { store }: EngineSettings,
  { hand, pulse, lateness, instanceId, startedAt }: Ground,
  { instance, line, state }: Pick<Rooms, 'instance' | 'line'> & Pick<EngineStatus, 'state'>,
): EngineStatus {
  const { behind } = instance.watch
  return {
    state,
    reason: pulse.trouble,
    instance_id: instanceId,
    started_at: new Date(startedAt).toISOString(),
    running: hand.underWayCount,
    waiting: hand.unstartedCount + line.completer.backlog,
    lateness_ms: lateness.summary(),
    event_loop_delay_ms: lateness.loopDelay(),
    store: { kind: store.kind, location: store.location },
    clock_behind: behind && { ms: behind.ms, noticed_at: new Date(behind.noticedAt).toISOString() },
  }
}

/** What is done before anything runs by itself. */
async function prepare(settings: EngineSettings, { executions }: Ground, { instance, line, people, fleet }: Rooms) {
  const { store, limits, isFirstStartSinceBoot } = settings
  for (const { heartbeatAt } of await store.queries.instances(0)) instance.watch.seen(heartbeatAt)
  instance.keeper.lookAtClock()
  await instance.keeper.renew()
  // Nobody else can hold a claim in a store that only we can open: what is claimed was claimed by the dead, even
  // where their leases seem to last because the clock was set back since.
  if (store.capabilities.exclusive) await line.rescuer.rescue(Number.MAX_SAFE_INTEGER)
  await executions.setLimits(limits.configured)
  if (settings.hasNodes) await fleet.prepare()
  await startTasksAtStart(people.context, isFirstStartSinceBoot)
}
