import type { Database } from './database.ts'

/** How long the registry remembers an instance that is gone, for people who ask what happened. */
const FORGET_AFTER_MS = 86_400_000
const TIDY_EVERY_MS = 3_600_000

/** Forgets, now and then, the instances that have said nothing for a day. */
export function createSilentInstances(db: Database) {
  let tidiedAt = Number.NEGATIVE_INFINITY
  return {
    async tidy(now: number) {
      if (Math.abs(now - tidiedAt) < TIDY_EVERY_MS) return
      await db.transaction(async (tx) => {
        const silent = await tx.run<{ seq: number }>('lock-silent-instances', [now - FORGET_AFTER_MS])
        if (silent.length > 0) await tx.run('forget-instances', [silent.map((row) => row.seq)])
      })
      tidiedAt = now
    },
  }
}
