import type { Clock, Timer } from '@rota/core'
import { listProcesses, type ProcessEntry, withDescendants } from './process-table.ts'
import { sendSignal } from './process-tree.ts'
import { isCurrentRunMark } from './run-mark.ts'

/** A pass reads the whole process table, so one serves all attempts that ended meanwhile. */
const PAUSE_MS = 2_000

export interface StraySweeperOptions {
  clock: Clock
  instanceMark: string
  /** True while the attempt runs, or when it was allowed to leave processes behind. */
  isWanted(runMark: string): boolean
}

/**
 * Ends processes that carry the mark of an attempt which is over. They are those that moved themselves out of their
 * cgroup, which a program of the server's own user can.
 */
export class StraySweeper {
  readonly #options: StraySweeperOptions
  #timer: Timer | null = null

  constructor(options: StraySweeperOptions) {
    this.#options = options
  }

  /** To be told of every attempt that has ended. */
  onEnded(): void {
    this.#timer ??= this.#options.clock.after(PAUSE_MS, () => void this.#sweep())
  }

  async #sweep(): Promise<void> {
    const { instanceMark, isWanted } = this.#options
    const all = await listProcesses()
    const isStray = ({ runMark, instanceMark: mark }: ProcessEntry) =>
      runMark !== null && mark === instanceMark && isCurrentRunMark(runMark) && !isWanted(runMark)
    const strays = withDescendants(all.filter(isStray), all).filter(({ runMark }) => !runMark || !isWanted(runMark))
    for (const { pid } of strays) sendSignal(pid, 'SIGKILL')
    this.#timer = null
    // One that forks as fast as it is ended takes more than one pass.
    if (strays.length > 0) this.onEnded()
  }
}
