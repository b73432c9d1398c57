import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Clock, systemClock } from '@rota/core'
import { listCgroups, removeCgroup, removeInstanceDirectory } from './cgroup-hierarchy.ts'
import { cgroupPids } from './cgroup-tree.ts'
import { LeftBehind } from './left-behind.ts'
import { listProcesses, type ProcessEntry, withDescendants } from './process-table.ts'
import { sendSignal } from './process-tree.ts'
import { hasOtherServer, isCurrentRunMark } from './run-mark.ts'
import { removeOldScratch } from './scratch-dir.ts'

/** Between passes, so that what was killed can go. */
const PAUSE_MS = 10
/** Processes that outlive this are stuck in the kernel. */
const GIVE_UP_MS = 5_000

export interface ReapOptions {
  /** Spares the runs of this very process, for a call while it is at work. Default false. */
  exceptCurrent?: boolean
  /**
   * Directory of the instance's executors. What their tasks were allowed to leave behind (`detach`) is spared, and the
   * sources of attempts that never ended are removed.
   */
  tempDir?: string
  /** As the executors were told it. */
  cgroupRoot?: string
  clock?: Clock
}

function killCgroups(
  directories: readonly string[],
  isSpared: (runMark: string) => boolean,
  killed: Set<number>,
): boolean {
  let isClean = true
  for (const directory of directories) {
    if (isSpared(basename(directory))) continue
    try {
      for (const pid of cgroupPids(directory)) killed.add(pid)
      writeFileSync(join(directory, 'cgroup.kill'), '1')
    } catch {
      // Gone meanwhile, or not ours to kill; the search by mark follows.
    }
    isClean = removeCgroup(directory) && isClean
  }
  return isClean
}

function ancestors(all: readonly ProcessEntry[]): Set<number> {
  const parents = new Map(all.map((entry) => [entry.pid, entry.parent]))
  const found = new Set<number>([process.pid])
  for (let pid: number | undefined = process.ppid; pid && !found.has(pid); pid = parents.get(pid)) found.add(pid)
  return found
}

/**
 * Ends what earlier processes of an instance left running, e.g. after `kill -9` of the server: everything in its
 * cgroups, everything that carries its mark, and their descendants; nothing whose server lives, whoever gave that the
 * same mark. Call at start, before anything is run.
 * Resolves to the number of processes killed, once none is left (or 5 s have passed).
 */
export async function reapOrphans(instanceMark: string, options: ReapOptions = {}): Promise<number> {
  const { exceptCurrent = false, clock = systemClock, tempDir, cgroupRoot = null } = options
  const left = tempDir === undefined ? null : new LeftBehind(tempDir).marks
  const isSpared = (runMark: string): boolean =>
    left?.has(runMark) || hasOtherServer(runMark) || (exceptCurrent && isCurrentRunMark(runMark))
  const killed = new Set<number>()
  const giveUpAt = clock.monotonic() + GIVE_UP_MS
  for (;;) {
    const areCgroupsGone = killCgroups(listCgroups(instanceMark, cgroupRoot), isSpared, killed)
    const all = await listProcesses()
    const spared = ancestors(all)
    const roots = all.filter(
      (entry) => entry.instanceMark === instanceMark && !spared.has(entry.pid) && !isSpared(entry.runMark ?? ''),
    )
    const family = withDescendants(roots, all).filter((entry) => !spared.has(entry.pid))
    for (const { pid } of family) {
      killed.add(pid)
      sendSignal(pid, 'SIGKILL')
    }
    const isOver = family.length === 0 && areCgroupsGone
    if (isOver || clock.monotonic() > giveUpAt) {
      if (isOver && !exceptCurrent) removeInstanceDirectory(instanceMark, cgroupRoot)
      if (tempDir !== undefined && !exceptCurrent) removeOldScratch(tempDir)
      return killed.size
    }
    await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
  }
}
