import { RotaError, say } from '@rota/core'
import type { FollowOptions } from '../api/engine.ts'
import { createFollower } from '../duties/follower.ts'
import type { Living } from '../duties/life.ts'
import type { Duty } from '../duties/loop.ts'
import { createOutboxPruner } from '../duties/outbox-pruner.ts'
import { createPruner } from '../duties/pruner.ts'
import { createRoller } from '../duties/roller.ts'
import { createSealer } from '../duties/sealer.ts'
import type { Ground } from './ground.ts'
import type { Instance } from './instance.ts'
import type { EngineSettings } from './options.ts'

/** How often new entries of the audit are sealed: alone, and where each look is a question to a server. */
const SEAL_MS = 1_000
const SHARED_SEAL_MS = 2_000
/** How often followers look for what an instance has left behind that died. */
const FOLLOW_POLL_MS = 5_000
/** Where nobody else writes, nothing comes of which one is not told. */
const LONG_PAUSE_MS = 60_000

/** The housekeeping of the store, which one instance does for all. */
export function createUpkeep(settings: EngineSettings, ground: Ground, { keeper }: Instance): Duty[] {
  const { store, retention, isShared, mostHappenings: most } = settings
  const { clock, pulse, signals } = ground
  const isOurs = () => keeper.standing === 0
  const { upkeep, outbox } = store
  const outboxPruner = createOutboxPruner({ clock, outbox, pulse, isOurs, most })
  signals.happened.hear(outboxPruner.note)
  return [
    createRoller({ clock, upkeep, pulse, isOurs }),
    createPruner({ clock, upkeep, pulse, retention, isOurs, onPruned: (ids) => store.logs.remove(ids) }),
    outboxPruner,
    createSealer({ clock, audit: store.audit, pulse, isOurs, periodMs: isShared ? SHARED_SEAL_MS : SEAL_MS }),
  ]
}

/** Those who follow what happens. */
export interface Following extends Living {
  follow(consumer: string, options: FollowOptions): void
  unfollow(consumer: string): Promise<void>
}

export function createFollowing({ store, isShared }: EngineSettings, ground: Ground): Following {
  const { clock, pulse, signals, instanceId } = ground
  const followers = new Map<string, Duty>()
  let isStarted = false
  signals.happened.hear(() => {
    for (const follower of followers.values()) follower.wake()
  })

  return {
    follow(consumer, { kinds, handle }) {
      if (followers.has(consumer)) throw new RotaError('conflict', say`${consumer} already has a follower.`)
      const follower = createFollower({
        ...{ clock, outbox: store.outbox, pulse, instanceId, consumer, kinds, handle },
        pollMs: isShared ? FOLLOW_POLL_MS : LONG_PAUSE_MS,
      })
      followers.set(consumer, follower)
      if (isStarted) follower.start()
    },
    async unfollow(consumer) {
      await followers.get(consumer)?.stop()
      followers.delete(consumer)
      await store.outbox.leave(consumer)
    },
    start() {
      isStarted = true
      for (const follower of followers.values()) follower.start()
    },
    async stop() {
      await Promise.all([...followers.values()].map((follower) => follower.stop()))
    },
  }
}
