import { readFileSync } from 'node:fs'
import type { Clock, Timer } from '@rota/core'

const FIRST_SAMPLE_MS = 2
const SLOWEST_SAMPLE_MS = 2_000
/** Of a larger tree only this many processes are measured: reading all of them would cost more than it tells. */
const MOST_PROCESSES = 64

/** Resident and highest resident size of a process in bytes; zeros when it is gone. */
function residentBytes(pid: number): { now: number; highest: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    return { now: kibOf(status, 'VmRSS:') * 1024, highest: kibOf(status, 'VmHWM:') * 1024 }
  } catch {
    return { now: 0, highest: 0 }
  }
}

/** True once a process has the mark of its run in its environment, and when we may not read that. */
function isMarked(pid: number, runMark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(runMark)
  } catch {
    return true
  }
}

function kibOf(status: string, name: string): number {
  const at = status.indexOf(name)
  return at === -1 ? 0 : Number.parseInt(status.slice(at + name.length, at + name.length + 24), 10) || 0
}

/**
 * Estimates a tree's peak memory where no memory controller counts it: the largest sum of resident sizes, and the
 * largest highest-resident-size of one process (VmHWM, proc_pid_status(5)), seen at the start, whenever it prints, and at
 * growing intervals. A lower bound; null where the system does not tell.
 */
export class MemorySampler {
  readonly #clock: Clock
  readonly #pids: () => number[]
  #delayMs = FIRST_SAMPLE_MS
  #timer: Timer
  peakBytes: number | null = null

  constructor(clock: Clock, pid: number, runMark: string, pids: () => number[]) {
    this.#clock = clock
    this.#pids = pids
    // A short program will not be seen again. Before exec the process still has the size of its starter, not its own.
    if (isMarked(pid, runMark)) this.#note(residentBytes(pid).highest)
    this.#timer = clock.after(this.#delayMs, () => this.#sample())
  }

  /** Looks now, say because the program has just shown that it lives. */
  look(): void {
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
    this.#note(Math.max(total, largest))
  }

  stop(): void {
    this.#timer.cancel()
  }

  #note(bytes: number): void {
    if (bytes > 0) this.peakBytes = Math.max(this.peakBytes ?? 0, bytes)
  }

  #sample(): void {
    this.look()
    this.#delayMs = Math.min(this.#delayMs * 2, SLOWEST_SAMPLE_MS)
    this.#timer = this.#clock.after(this.#delayMs, () => this.#sample())
  }
}
