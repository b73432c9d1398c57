import { hostname } from 'node:os'
import type { EngineStatus, InstanceView } from '../api/instances.ts'
import { createClockWatch } from '../duties/clock-watch.ts'
import { createFencing } from '../duties/fencing.ts'
import { createHinter } from '../duties/hinter.ts'
import { createLeaseKeeper, leaseTerms } from '../duties/lease-keeper.ts'
import { ending, type Living } from '../duties/life.ts'
import { createOwnLease } from '../duties/own-lease.ts'
import { instanceView } from '../views/instance-view.ts'
import type { Ground } from './ground.ts'
import type { EngineSettings } from './options.ts'

/** How long those who are gone are still shown. */
const SHOWN_AFTER_MS = 600_000

/** This engine as one of several: its lease, what it knows of the others, and what it says to them. */
export function createInstance(settings: EngineSettings, ground: Ground, state: () => EngineStatus['state']) {
  const { store, clock, isShared, version } = settings
  const { hand, pulse, signals, executions, instanceId, startedAt } = ground
  const watch = createClockWatch(clock)
  const hinter = createHinter({ clock, hints: settings.hot.hints })
  const fencing = createFencing({ clock, executions, instanceId, pulse })
  const terms = leaseTerms(settings.leaseMs, settings.loopDeadMs)
  const about = { id: instanceId, hostname: hostname(), pid: process.pid, version }
  const keeper = createLeaseKeeper({
    ...{ clock, terms, executions, isShared, pulse, signals, watch },
    lease: store.lease?.(terms) ?? createOwnLease(clock, store.executions, terms),
    queries: store.queries,
    instance: { ...about, startedAt },
    report: () => ({ state: state(), running: hand.underWayCount, waiting: hand.unstartedCount }),
  })

  signals.fenced.hear((attempts) => {
    fencing.note(attempts)
    for (const { id } of attempts) store.tails.end(id)
  })
  signals.full.hear(() => hinter.work(clock.now()))
  signals.stopElsewhere.hear(hinter.cancel)

  function ourselves(waiting: number): InstanceView {
    return {
      ...about,
      state: state(),
      started_at: new Date(startedAt).toISOString(),
      heartbeat_at: new Date(clock.now()).toISOString(),
      running: hand.underWayCount,
      waiting,
    }
  }

  return {
    keeper,
    watch,
    hinter,
    fencing,
    ourselves,
    /** Those that are known, this one as it is now. */
    async known(waiting: number): Promise<InstanceView[]> {
      const now = clock.now()
      if (!isShared) return [ourselves(waiting)]
      const known = await store.queries.instances(now - SHOWN_AFTER_MS)
      return known.map((one) => (one.id === instanceId ? ourselves(waiting) : instanceView(one, now)))
    },
    /** The lease; it ends last, so that nobody takes over what is still running out. */
    lease: {
      start: keeper.start,
      async stop() {
        await keeper.stop()
        await keeper.resign().catch(() => undefined)
      },
    } satisfies Living,
    words: ending(() => {
      hinter.stop()
      fencing.stop()
    }),
  }
}

export type Instance = ReturnType<typeof createInstance>
