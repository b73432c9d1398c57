import type { Clock } from '@rota/core'

/** A wall clock that is so much behind what it said before was set back; less is what time servers correct. */
const TOLERATED_MS = 10_000

/** How far the wall clock stands behind an instant that it has shown before. */
export interface ClockWatch {
  /** Tells of an instant that some clock has shown, e.g. in an earlier life. */
  seen(at: number): void
  /** Looks at the clock; answers by how much it was set back since the last look, or 0. */
  look(): number
  /** Null while the clock is not behind. */
  readonly behind: { ms: number; noticedAt: number } | null
}

/** Notices when the wall clock was set back, while the process runs or between two of its lives. */
export function createClockWatch(clock: Clock): ClockWatch {
  let highest = Number.NEGATIVE_INFINITY
  let toldBehindMs = 0
  let noticedAt = 0

  const behindMs = () => {
    const ms = highest - clock.now()
    return ms > TOLERATED_MS ? ms : 0
  }
  return {
    seen(at) {
      highest = Math.max(highest, at)
    },
    look() {
      highest = Math.max(highest, clock.now())
      const ms = behindMs()
      const more = ms - toldBehindMs
      toldBehindMs = ms
      if (more <= TOLERATED_MS) return 0
      noticedAt = clock.now()
      return ms
    },
    get behind() {
      const ms = behindMs()
      return ms === 0 ? null : { ms, noticedAt }
    },
  }
}
