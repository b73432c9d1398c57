import type { Clock } from '@rota/core'
import { MemorySampler } from './memory-sampler.ts'
import { familyOf, findMarked } from './process-table.ts'
import { isGroupAlive, isInGroup, type ProcessTree, type ResourceUse, sendSignal } from './process-tree.ts'

/**
 * A tree held together by its process group, for systems without a writable cgroup v2. A process that leaves the group
 * (`setsid`) is found by the run's mark in its environment and by its parents.
 */
export class GroupTree implements ProcessTree {
  readonly #pid: number
  readonly #runMark: string
  readonly #sampler: MemorySampler
  readonly needsSearch = true

  constructor(pid: number, runMark: string, clock: Clock) {
    this.#pid = pid
    this.#sampler = new MemorySampler(clock, pid, runMark, () => familyOf(pid))
    this.#runMark = runMark
  }

  isEmpty(): boolean {
    return !isGroupAlive(this.#pid)
  }

  findStrays(): Promise<number[]> {
    return findMarked(this.#runMark, this.#pid)
  }

  signal(signal: NodeJS.Signals): void {
    sendSignal(-this.#pid, signal)
    void this.findStrays().then((pids) => {
      // The group has it already; a second SIGTERM makes some programs give up their clean-up.
      for (const pid of pids) if (!isInGroup(pid, this.#pid)) sendSignal(pid, signal)
    })
  }

  kill(): void {
    sendSignal(-this.#pid, 'SIGKILL')
  }

  use(): ResourceUse {
    return { cpuSeconds: null, maxRssBytes: this.#sampler.peakBytes }
  }

  look(): void {
    this.#sampler.look()
  }

  release(): void {
    this.#sampler.stop()
  }
}
