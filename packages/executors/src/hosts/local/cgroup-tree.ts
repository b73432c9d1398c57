import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@rota/core'
import { MemorySampler } from './memory-sampler.ts'
import { findMarked } from './process-table.ts'
import { isInGroup, type ProcessTree, type ResourceUse, sendSignal } from './process-tree.ts'

/** All pids in a cgroup and below it. */
export function cgroupPids(directory: string): number[] {
  const pids = readFileSync(join(directory, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number)
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) pids.push(...cgroupPids(join(directory, entry.name)))
  }
  return pids
}

/**
 * A tree held together by a cgroup of its own, which no process can leave by forking, `setsid` or changing its
 * environment (cgroup-v2.rst, "Core Interface Files").
 */
export class CgroupTree implements ProcessTree {
  readonly #directory: string
  readonly #pid: number
  readonly #runMark: string
  readonly #sampler: MemorySampler
  readonly needsSearch = false

  constructor(directory: string, pid: number, runMark: string, clock: Clock) {
    this.#directory = directory
    this.#pid = pid
    this.#runMark = runMark
    this.#sampler = new MemorySampler(clock, pid, runMark, () => cgroupPids(directory))
  }

  isEmpty(): boolean {
    try {
      return readFileSync(join(this.#directory, 'cgroup.events'), 'latin1').includes('populated 0')
    } catch (error) {
      // Anything but its absence (say, EMFILE) tells nothing about who lives in it.
      return ['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')
    }
  }

  findStrays(): Promise<number[]> {
    return findMarked(this.#runMark, this.#pid)
  }

  signal(signal: NodeJS.Signals): void {
    // A second SIGTERM makes some programs give up their clean-up, so each gets it once.
    const outside = this.#pids().filter((pid) => !isInGroup(pid, this.#pid))
    sendSignal(-this.#pid, signal)
    for (const pid of outside) sendSignal(pid, signal)
  }

  kill(): void {
    try {
      writeFileSync(join(this.#directory, 'cgroup.kill'), '1')
    } catch {
      for (const pid of this.#pids()) sendSignal(pid, 'SIGKILL')
    }
    sendSignal(-this.#pid, 'SIGKILL')
  }

  use(): ResourceUse {
    return { cpuSeconds: this.#cpuSeconds(), maxRssBytes: this.#memoryPeak() ?? this.#sampler.peakBytes }
  }

  look(): void {
    this.#sampler.look()
  }

  release(): void {
    this.#sampler.stop()
  }

  #pids(): number[] {
    try {
      return cgroupPids(this.#directory)
    } catch {
      return []
    }
  }

  /** The kernel charges time at ticks and context switches; a run too short for one has 0, which is no figure. */
  #cpuSeconds(): number | null {
    try {
      const usec = /^usage_usec (\d+)/m.exec(readFileSync(join(this.#directory, 'cpu.stat'), 'latin1'))?.[1]
      return Number(usec) / 1e6 || null
    } catch {
      return null
    }
  }

  /** From the memory controller, where it is delegated; it counts page cache as well. */
  #memoryPeak(): number | null {
    if (!this.#hasPeak) return null
    try {
      return Number(readFileSync(join(this.#directory, 'memory.peak'), 'latin1'))
    } catch {
      this.#hasPeak = false
      return null
    }
  }
  #hasPeak = true
}
