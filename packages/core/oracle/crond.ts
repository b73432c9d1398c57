import type { Matcher } from './matcher.ts'
import type { Tick, Walk } from './wall-walk.ts'

const THREE_HOURS = 3 * 3600

export interface Policy {
  gap: 'run_after' | 'skip' | 'shift'
  overlap: 'first' | 'second' | 'both'
}

/**
 * All instants (epoch seconds) at which a crond that ran through the walk would have started the job, in the manner of
 * cronie's main loop: `virtualTime` is the wall time up to which fixed-time jobs have had their turn.
 */
export function simulate({ ticks, step, comesAgain }: Walk, job: Matcher, policy: Policy): Set<number> {
  const started = new Set<number>()
  const runAt = (at: number, wall: number) => {
    if (step === 1) {
      if (job.seconds.includes(((wall % 60) + 60) % 60) && job.minuteMatches(wallParts(wall))) started.add(at)
    } else if (job.minuteMatches(wallParts(wall))) {
      for (const second of job.seconds) started.add(at + second)
    }
  }
  const runTick = (tick: Tick) => {
    if (step === 1) {
      if (job.seconds.includes(tick.second) && job.minuteMatches(tick)) started.add(tick.at)
    } else if (job.minuteMatches(tick)) {
      for (const second of job.seconds) started.add(tick.at + second)
    }
  }
  let virtualTime = ticks[0]!.wall - step
  ticks.forEach((tick, index) => {
    const jump = tick.wall - virtualTime - step
    if (job.wild) {
      runTick(tick)
      virtualTime = tick.wall
    } else if (Math.abs(jump) > THREE_HOURS) {
      // "time has changed a *lot*, jump virtual time, and run everything"
      runTick(tick)
      virtualTime = tick.wall
    } else if (jump >= 0) {
      // Fixed-time jobs of the missed time first, then those of now.
      for (let missed = virtualTime + step; missed < tick.wall; missed += step) {
        if (policy.gap === 'run_after') runMissed(missed, tick.at)
        if (policy.gap === 'shift') runAt(tick.at + (missed - virtualTime - step), missed)
      }
      if (policy.overlap !== 'second' || !comesAgain[index]) runTick(tick)
      virtualTime = tick.wall
    } else {
      // Virtual time does not change until we are caught up.
      if (policy.overlap === 'both') runTick(tick)
      if (policy.overlap === 'second' && !comesAgain[index]) runTick(tick)
    }
  })
  return started

  /** A missed minute with any matching second is one start, at the end of the gap. */
  function runMissed(wall: number, at: number): void {
    if (!job.minuteMatches(wallParts(wall))) return
    if (step === 60 || job.seconds.includes(((wall % 60) + 60) % 60)) started.add(at)
  }
}

function wallParts(wall: number) {
  const date = new Date(wall * 1000)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  }
}
