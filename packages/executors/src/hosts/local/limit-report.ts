import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '@rota/core'
import type { ResourceLimits } from '../../resource-limits.ts'
import type { Exit } from './exit-report.ts'

/** What programs print when the system gives them no more; each is how some library says it. */
const SIGNS = {
  memory: ['Cannot allocate memory', 'MemoryError', 'out of memory', 'Out of memory', 'memory exhausted', 'bad_alloc'],
  processes: ['Resource temporarily unavailable', 'EAGAIN', "can't start new thread", 'Cannot fork', "can't fork"],
  openFiles: ['Too many open files', 'EMFILE'],
} as const

/** What a program had, and how it ended. */
export interface Ended {
  /** What held for it. */
  limits: ResourceLimits
  /** Its cgroup; null without one. */
  cgroup: string | null
  exit: Exit | null
  /** The last it has printed. */
  tail: string
}

/**
 * Which limit ended a program that failed, in a sentence; null when none did, as far as one can tell. A cgroup counts
 * what it has refused. Of rlimits the system tells nobody: there a signal says it, or what the program printed.
 */
export function limitReached({ limits, cgroup, exit, tail }: Ended): string | null {
  const { memoryBytes, processes, openFiles, cpuSeconds, fileBytes } = limits
  const printed = (signs: readonly string[]) => signs.some((sign) => tail.includes(sign))
  if (memoryBytes !== undefined) {
    if (counted(cgroup, 'memory.events', 'oom_kill')) {
      return say`It reached its memory limit of ${memoryBytes} bytes, so the system ended it.`
    }
    if (printed(SIGNS.memory))
      return say`It probably reached its memory limit of ${memoryBytes} bytes for each process.`
  }
  if (processes !== undefined && (counted(cgroup, 'pids.events', 'max') || printed(SIGNS.processes))) {
    return say`It reached its limit of ${processes} processes.`
  }
  if (openFiles !== undefined && printed(SIGNS.openFiles)) {
    return say`It reached its limit of ${openFiles} open files for each process.`
  }
  if (cpuSeconds !== undefined && isSignal(exit, 'SIGXCPU', 24)) {
    return say`It reached its limit of ${cpuSeconds} s of processor time for each process.`
  }
  if (fileBytes !== undefined && isSignal(exit, 'SIGXFSZ', 25)) {
    return say`It reached its limit of ${fileBytes} bytes for each file.`
  }
  return null
}

/** Whether a cgroup has counted such an event (cgroup-v2.rst, "Memory Interface Files", "PID Interface Files"). */
function counted(cgroup: string | null, file: string, event: string): boolean {
  if (cgroup === null) return false
  try {
    const lines = readFileSync(join(cgroup, file), 'latin1').split('\n')
    return lines.some((line) => line.startsWith(`${event} `) && Number(line.slice(event.length + 1)) > 0)
  } catch {
    // Without that controller.
    return false
  }
}

/** By itself, or as a shell around it tells it. */
const isSignal = (exit: Exit | null, name: string, number: number) =>
  exit?.signal === name || exit?.code === 128 + number
