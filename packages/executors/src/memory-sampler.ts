import { readFileSync } from 'node:fs'
import type { Clock, Timer } from '@rota/core'

const FIRST_SAMPLE_MS = 25
const SLOWEST_SAMPLE_MS = 2_000
/** A swarm is measured by its first members; looking at all would cost more than it tells. */
const MOST_PROCESSES = 64

/** Resident and highest resident size of a process in bytes; zeros when it is gone. */
function residentBytes(pid: number): { now: number; highest: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
    return { now: kib('VmRSS') * 1024, highest: kib('VmHWM') * 1024 }
  } catch {
    return { now: 0, highest: 0 }
  }
}

/**
 * Estimates a tree's peak memory where no memory controller counts it: the largest sum of resident sizes, and the
 * largest highest-resident-size of one process (VmHWM, proc_pid_status(5)), seen at growing intervals. A lower bound;
 * null for a run too short for one look.
 */
export class MemorySampler {
  readonly #clock: Clock
  readonly #pids: () => number[]
  #delayMs = FIRST_SAMPLE_MS
  #timer: Timer
  peakBytes: number | null = null

  constructor(clock: Clock, pids: () => number[]) {
    this.#clock = clock
    this.#pids = pids
    this.#timer = clock.after(this.#delayMs, () => this.#sample())
  }

  stop(): void {
    this.#timer.cancel()
  }

  #sample(): void {
    let total = 0
    let largest = 0
    try {
      for (const pid of this.#pids().slice(0, MOST_PROCESSES)) {
        const { now, highest } = residentBytes(pid)
        total += now
        largest = Math.max(largest, highest)
      }
    } catch {
      return
    }
    const bytes = Math.max(total, largest)
    if (bytes > 0) this.peakBytes = Math.max(this.peakBytes ?? 0, bytes)
    this.#delayMs = Math.min(this.#delayMs * 2, SLOWEST_SAMPLE_MS)
    this.#timer = this.#clock.after(this.#delayMs, () => this.#sample())
  }
}
